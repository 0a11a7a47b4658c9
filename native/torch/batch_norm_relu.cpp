// relu(batch_norm(x)) in one pass for the statistics and one for the result, and as many backward.
#include "layer.h"
#include <cmath>

namespace {

// Sums are float within a block, few enough terms to keep six digits, several at a time so that one addition need not wait for the other, and
// double over blocks.
constexpr int64_t kBlock = 512;

struct Moments {
  double mean = 0, squares = 0;  // of the deviations from the mean
  int64_t count = 0;

  // Chan, Golub, LeVeque 1979.
  void add(double other_mean, double other_squares, int64_t other_count) {
    double delta = other_mean - mean;
    int64_t total = count + other_count;
    mean += delta * other_count / total;
    squares += other_squares + delta * delta * count * other_count / total;
    count = total;
  }
};

template <class T>
SEGTRAIN_VECTORIZED float sum(const T* x, int64_t n) {
  float total = 0;
#pragma omp simd simdlen(32) reduction(+ : total)
  for (int64_t i = 0; i < n; ++i) total += widen(x[i]);
  return total;
}

template <class T>
SEGTRAIN_VECTORIZED float sum_of_squares(const T* x, int64_t n, float mean) {
  float total = 0;
#pragma omp simd simdlen(32) reduction(+ : total)
  for (int64_t i = 0; i < n; ++i) total += (widen(x[i]) - mean) * (widen(x[i]) - mean);
  return total;
}

template <class T>
SEGTRAIN_VECTORIZED void scale_relu(const T* x, T* y, int64_t n, float scale, float shift) {
#pragma omp simd
  for (int64_t i = 0; i < n; ++i) {
    float z = widen(x[i]) * scale + shift;
    y[i] = narrow<T>(z < 0 ? 0 : z);  // NaN stays NaN
  }
}

struct Sums {
  float gradient, product;
};

// What the ReLU lets through. Both values are at hand, so that the compiler selects and does not branch.
inline float through(float z, float gradient) { return z > 0 ? gradient : 0; }

// Sums of dz and of dz (x - mean), dz being dy where the ReLU let through.
template <class T>
SEGTRAIN_VECTORIZED Sums sums_of_gradient(const T* x, const T* dy, int64_t n, float scale, float shift, float mean) {
  float gradient = 0, product = 0;
#pragma omp simd simdlen(32) reduction(+ : gradient, product)
  for (int64_t i = 0; i < n; ++i) {
    float dz = through(widen(x[i]) * scale + shift, widen(dy[i]));
    gradient += dz;
    product += dz * (widen(x[i]) - mean);
  }
  return {gradient, product};
}

// dx = scale dz + slope x + offset
template <class T>
SEGTRAIN_VECTORIZED void input_gradient(const T* x, const T* dy, T* dx, int64_t n, float scale, float shift, float slope, float offset) {
#pragma omp simd
  for (int64_t i = 0; i < n; ++i) {
    float dz = through(widen(x[i]) * scale + shift, widen(dy[i]));
    dx[i] = narrow<T>(scale * dz + (slope * widen(x[i]) + offset));
  }
}

template <class F>
void in_blocks(int64_t n, F&& body) {
  for (int64_t begin = 0; begin < n; begin += kBlock) body(begin, std::min(kBlock, n - begin));
}

template <class T>
struct BatchNormRelu : torch::autograd::Function<BatchNormRelu<T>> {
  static Tensor forward(AutogradContext* context, const Tensor& input, const Tensor& weight, const Tensor& bias, Tensor running_mean,
                        Tensor running_var, bool training, double momentum, double eps) {
    int64_t images = input.size(0), channels = input.size(1), pixels = input.size(2) * input.size(3);
    auto output = at::empty_like(input);
    auto mean = at::empty({channels}, weight.options());
    auto inverse = at::empty({channels}, weight.options());
    auto *x = data<T>(input), *y = data<T>(output);
    auto *w = weight.data_ptr<float>(), *b = bias.data_ptr<float>();
    auto *m = mean.data_ptr<float>(), *r = inverse.data_ptr<float>();
    auto *known_mean = running_mean.data_ptr<float>(), *known_variance = running_var.data_ptr<float>();
    at::parallel_for(0, channels, 1, [&](int64_t begin, int64_t end) {
      for (int64_t c = begin; c < end; ++c) {
        double variance = known_variance[c];
        m[c] = known_mean[c];
        if (training) {
          Moments all;
          for (int64_t n = 0; n < images; ++n) {
            in_blocks(pixels, [&, plane = x + (n * channels + c) * pixels](int64_t at, int64_t count) {
              float block_mean = sum(plane + at, count) / count;
              all.add(block_mean, sum_of_squares(plane + at, count, block_mean), count);
            });
          }
          variance = all.squares / all.count;
          m[c] = all.mean;
          known_mean[c] += momentum * (all.mean - known_mean[c]);
          known_variance[c] += momentum * (all.squares / std::max<int64_t>(all.count - 1, 1) - known_variance[c]);
        }
        r[c] = 1 / std::sqrt(variance + eps);
        float scale = w[c] * r[c], shift = b[c] - m[c] * scale;
        for (int64_t n = 0; n < images; ++n) {
          auto plane = (n * channels + c) * pixels;
          scale_relu(x + plane, y + plane, pixels, scale, shift);
        }
      }
    });
    context->saved_data["training"] = training;
    context->save_for_backward({input, weight, bias, mean, inverse});
    return output;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    auto saved = context->get_saved_variables();
    auto &input = saved[0], &weight = saved[1], &bias = saved[2], &mean = saved[3], &inverse = saved[4];
    auto gradient = gradients[0].contiguous();
    bool training = context->saved_data["training"].toBool();
    int64_t images = input.size(0), channels = input.size(1), pixels = input.size(2) * input.size(3);
    auto input_grad = at::empty_like(input);
    auto weight_grad = at::empty_like(weight), bias_grad = at::empty_like(bias);
    auto *x = data<T>(input), *dy = data<T>(gradient), *dx = data<T>(input_grad);
    auto *w = weight.data_ptr<float>(), *b = bias.data_ptr<float>(), *m = mean.data_ptr<float>(), *r = inverse.data_ptr<float>();
    auto *dw = weight_grad.data_ptr<float>(), *db = bias_grad.data_ptr<float>();
    at::parallel_for(0, channels, 1, [&](int64_t begin, int64_t end) {
      for (int64_t c = begin; c < end; ++c) {
        float scale = w[c] * r[c], shift = b[c] - m[c] * scale;
        double sum_gradient = 0, sum_product = 0;
        for (int64_t n = 0; n < images; ++n) {
          in_blocks(pixels, [&, plane = (n * channels + c) * pixels](int64_t at, int64_t count) {
            auto sums = sums_of_gradient(x + plane + at, dy + plane + at, count, scale, shift, m[c]);
            sum_gradient += sums.gradient;
            sum_product += sums.product;
          });
        }
        dw[c] = sum_product * r[c];
        db[c] = sum_gradient;
        // Statistics of the batch depend on x as well; known ones do not.
        double slope = training ? -scale * sum_product * r[c] * r[c] / (images * pixels) : 0;
        double offset = training ? -scale * sum_gradient / (images * pixels) - slope * m[c] : 0;
        for (int64_t n = 0; n < images; ++n) {
          auto plane = (n * channels + c) * pixels;
          input_gradient(x + plane, dy + plane, dx + plane, pixels, scale, shift, slope, offset);
        }
      }
    });
    return {input_grad, weight_grad, bias_grad, {}, {}, {}, {}, {}};
  }
};

Tensor batch_norm_relu(const Tensor& input, const Tensor& weight, const Tensor& bias, const Tensor& running_mean, const Tensor& running_var,
                       bool training, double momentum, double eps) {
  return is_plain(input) && weight.scalar_type() == at::kFloat
             ? apply_plain<BatchNormRelu>(input, weight, bias, running_mean, running_var, training, momentum, eps)
             : at::batch_norm(input, weight, bias, running_mean, running_var, training, momentum, eps, true).relu_();
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(segtrain, library) {
  library.def(
      "batch_norm_relu(Tensor input, Tensor weight, Tensor bias, Tensor(a!) running_mean, Tensor(b!) running_var, bool training, "
      "float momentum, float eps) -> Tensor",
      &batch_norm_relu);
}
