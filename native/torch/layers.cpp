// Layers whose operators move most of a step's bytes outside the convolutions, in fewer walks through memory than LibTorch's own.
// Float32 on the CPU; anything else goes through LibTorch's operators, with the same results.
#include <ATen/Parallel.h>
#include <cmath>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>
#include <torch/torch.h>

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// The instruction set is chosen when the library is loaded; the distribution's compiler knows only the oldest.
#if defined(__x86_64__)
#define SEGTRAIN_VECTORIZED __attribute__((target_clones("arch=skylake-avx512", "arch=haswell", "default")))
#else
#define SEGTRAIN_VECTORIZED
#endif

namespace {

// Sums are float within a block, which stays in the first cache, and double over blocks.
constexpr int64_t kBlock = 4096;

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

SEGTRAIN_VECTORIZED float sum(const float* x, int64_t n) {
  float total = 0;
#pragma omp simd reduction(+ : total)
  for (int64_t i = 0; i < n; ++i) total += x[i];
  return total;
}

SEGTRAIN_VECTORIZED float sum_of_squares(const float* x, int64_t n, float mean) {
  float total = 0;
#pragma omp simd reduction(+ : total)
  for (int64_t i = 0; i < n; ++i) total += (x[i] - mean) * (x[i] - mean);
  return total;
}

SEGTRAIN_VECTORIZED void scale_relu(const float* x, float* y, int64_t n, float scale, float shift) {
#pragma omp simd
  for (int64_t i = 0; i < n; ++i) {
    float z = x[i] * scale + shift;
    y[i] = z < 0 ? 0 : z;  // NaN stays NaN
  }
}

struct Sums {
  float gradient, product;
};

// What the ReLU lets through. Both values are at hand, so that the compiler selects and does not branch.
inline float through(float z, float gradient) { return z > 0 ? gradient : 0; }

// Sums of dz and of dz (x - mean), dz being dy where the ReLU let through.
SEGTRAIN_VECTORIZED Sums sums_of_gradient(const float* x, const float* dy, int64_t n, float scale, float shift, float mean) {
  float gradient = 0, product = 0;
#pragma omp simd reduction(+ : gradient, product)
  for (int64_t i = 0; i < n; ++i) {
    float dz = through(x[i] * scale + shift, dy[i]);
    gradient += dz;
    product += dz * (x[i] - mean);
  }
  return {gradient, product};
}

// dx = scale dz + slope x + offset
SEGTRAIN_VECTORIZED void input_gradient(const float* x, const float* dy, float* dx, int64_t n, float scale, float shift, float slope, float offset) {
#pragma omp simd
  for (int64_t i = 0; i < n; ++i) {
    float dz = through(x[i] * scale + shift, dy[i]);
    dx[i] = scale * dz + (slope * x[i] + offset);
  }
}

template <class F>
void in_blocks(int64_t n, F&& body) {
  for (int64_t begin = 0; begin < n; begin += kBlock) body(begin, std::min(kBlock, n - begin));
}

struct BatchNormRelu : torch::autograd::Function<BatchNormRelu> {
  static Tensor forward(AutogradContext* context, const Tensor& input, const Tensor& weight, const Tensor& bias, Tensor running_mean,
                        Tensor running_var, bool training, double momentum, double eps) {
    int64_t images = input.size(0), channels = input.size(1), pixels = input.size(2) * input.size(3);
    auto output = at::empty_like(input);
    auto mean = at::empty({channels}, input.options());
    auto inverse = at::empty({channels}, input.options());
    auto *x = input.data_ptr<float>(), *y = output.data_ptr<float>(), *w = weight.data_ptr<float>(), *b = bias.data_ptr<float>();
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
    auto *x = input.data_ptr<float>(), *dy = gradient.data_ptr<float>(), *dx = input_grad.data_ptr<float>();
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

SEGTRAIN_VECTORIZED void largest(const float* upper, const float* lower, float* y, uint8_t* place, int64_t width) {
#pragma omp simd
  for (int64_t i = 0; i < width; ++i) {
    float best = upper[2 * i];
    int32_t at = 0;
    auto next = [&](float value, int32_t index) {
      bool wins = value > best || value != value;
      best = wins ? value : best;
      at = wins ? index : at;
    };
    next(upper[2 * i + 1], 1);
    next(lower[2 * i], 2);
    next(lower[2 * i + 1], 3);
    y[i] = best;
    place[i] = at;
  }
}

SEGTRAIN_VECTORIZED void to_largest(const float* dy, const uint8_t* place, float* upper, float* lower, int64_t width) {
#pragma omp simd
  for (int64_t i = 0; i < width; ++i) {
    float gradient = dy[i];
    int32_t at = place[i];
    upper[2 * i] = at == 0 ? gradient : 0;
    upper[2 * i + 1] = at == 1 ? gradient : 0;
    lower[2 * i] = at == 2 ? gradient : 0;
    lower[2 * i + 1] = at == 3 ? gradient : 0;
  }
}

struct MaxPool2x2 : torch::autograd::Function<MaxPool2x2> {
  static Tensor forward(AutogradContext* context, const Tensor& input) {
    int64_t height = input.size(2) / 2, width = input.size(3) / 2;
    auto output = at::empty({input.size(0), input.size(1), height, width}, input.options());
    auto places = at::empty(output.sizes(), input.options().dtype(at::kByte));
    auto *x = input.data_ptr<float>(), *y = output.data_ptr<float>();
    auto* place = places.data_ptr<uint8_t>();
    at::parallel_for(0, output.numel() / width, kBlock / width + 1, [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) {
        largest(x + 4 * row * width, x + (4 * row + 2) * width, y + row * width, place + row * width, width);
      }
    });
    context->save_for_backward({places});
    return output;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    auto places = context->get_saved_variables()[0];
    auto gradient = gradients[0].contiguous();
    int64_t height = places.size(2), width = places.size(3);
    auto input_grad = at::empty({places.size(0), places.size(1), 2 * height, 2 * width}, gradient.options());
    auto *dy = gradient.data_ptr<float>(), *dx = input_grad.data_ptr<float>();
    auto* place = places.data_ptr<uint8_t>();
    at::parallel_for(0, places.numel() / width, kBlock / width + 1, [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) {
        to_largest(dy + row * width, place + row * width, dx + 4 * row * width, dx + (4 * row + 2) * width, width);
      }
    });
    return {input_grad};
  }
};

SEGTRAIN_VECTORIZED void interleave(const float* even, const float* odd, float* row, int64_t width) {
#pragma omp simd
  for (int64_t i = 0; i < width; ++i) {
    row[2 * i] = even[i];
    row[2 * i + 1] = odd[i];
  }
}

SEGTRAIN_VECTORIZED void separate(const float* row, float* even, float* odd, int64_t width) {
#pragma omp simd
  for (int64_t i = 0; i < width; ++i) {
    even[i] = row[2 * i];
    odd[i] = row[2 * i + 1];
  }
}

// skip (N, A, 2H, 2W) and blocks (N, 4B, H, W) to (N, A + B, 2H, 2W).
struct CatPixelShuffle : torch::autograd::Function<CatPixelShuffle> {
  static Tensor forward(AutogradContext* context, const Tensor& skip, const Tensor& blocks) {
    int64_t images = skip.size(0), kept = skip.size(1), added = blocks.size(1) / 4, height = blocks.size(2), width = blocks.size(3);
    auto output = at::empty({images, kept + added, 2 * height, 2 * width}, skip.options());
    auto *a = skip.data_ptr<float>(), *b = blocks.data_ptr<float>(), *y = output.data_ptr<float>();
    int64_t block = height * width, plane = 4 * block;
    at::parallel_for(0, images * (kept + added), 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        int64_t n = i / (kept + added), c = i % (kept + added);
        if (c < kept) {
          std::copy_n(a + (n * kept + c) * plane, plane, y + i * plane);
          continue;
        }
        auto* from = b + (n * added + c - kept) * plane;
        for (int64_t row = 0; row < 2 * height; ++row) {
          auto* even = from + 2 * (row % 2) * block + row / 2 * width;
          interleave(even, even + block, y + i * plane + row * 2 * width, width);
        }
      }
    });
    context->saved_data["kept"] = kept;
    return output;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    auto gradient = gradients[0].contiguous();
    int64_t kept = context->saved_data["kept"].toInt();
    int64_t images = gradient.size(0), added = gradient.size(1) - kept, height = gradient.size(2) / 2, width = gradient.size(3) / 2;
    auto skip_grad = at::empty({images, kept, 2 * height, 2 * width}, gradient.options());
    auto blocks_grad = at::empty({images, 4 * added, height, width}, gradient.options());
    auto *a = skip_grad.data_ptr<float>(), *b = blocks_grad.data_ptr<float>(), *dy = gradient.data_ptr<float>();
    int64_t block = height * width, plane = 4 * block;
    at::parallel_for(0, images * (kept + added), 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        int64_t n = i / (kept + added), c = i % (kept + added);
        if (c < kept) {
          std::copy_n(dy + i * plane, plane, a + (n * kept + c) * plane);
          continue;
        }
        auto* to = b + (n * added + c - kept) * plane;
        for (int64_t row = 0; row < 2 * height; ++row) {
          auto* even = to + 2 * (row % 2) * block + row / 2 * width;
          separate(dy + i * plane + row * 2 * width, even, even + block, width);
        }
      }
    });
    return {skip_grad, blocks_grad};
  }
};

bool is_plain(const Tensor& input) {
  return input.is_cpu() && input.scalar_type() == at::kFloat && input.is_contiguous() && input.dim() == 4 && input.numel() > 0;
}

Tensor batch_norm_relu(const Tensor& input, const Tensor& weight, const Tensor& bias, const Tensor& running_mean, const Tensor& running_var,
                       bool training, double momentum, double eps) {
  return is_plain(input) ? BatchNormRelu::apply(input, weight, bias, running_mean, running_var, training, momentum, eps)
                         : at::batch_norm(input, weight, bias, running_mean, running_var, training, momentum, eps, true).relu_();
}

Tensor max_pool2x2(const Tensor& input) {
  return is_plain(input) && input.size(2) % 2 == 0 && input.size(3) % 2 == 0 ? MaxPool2x2::apply(input) : at::max_pool2d(input, {2, 2});
}

Tensor cat_pixel_shuffle(const Tensor& skip, const Tensor& blocks) {
  return is_plain(skip) && is_plain(blocks) ? CatPixelShuffle::apply(skip, blocks) : at::cat({skip, at::pixel_shuffle(blocks, 2)}, 1);
}

}  // namespace

TORCH_LIBRARY(segtrain, library) {
  library.def(
      "batch_norm_relu(Tensor input, Tensor weight, Tensor bias, Tensor(a!) running_mean, Tensor(b!) running_var, bool training, "
      "float momentum, float eps) -> Tensor",
      &batch_norm_relu);
  library.def("cat_pixel_shuffle(Tensor skip, Tensor blocks) -> Tensor", &cat_pixel_shuffle);
  library.def("max_pool2x2(Tensor input) -> Tensor", &max_pool2x2);
}
