// conv2d of size 3x3, stride 1 and padding 1, forward and backward, by winograd.h where that is faster.
#include "layer.h"
#include "winograd.h"

namespace {

#if SEGTRAIN_WINOGRAD

using winograd::Shape;
using winograd::Tiling;

constexpr int kQuads = 8;  // of outputs whose weights a thread transforms at once
constexpr int64_t kFewestTiles = 16;
constexpr int64_t kMostWeights = 1 << 17;  // pairs of channels, each of which has 9 weights
constexpr int64_t kMostSums = 1 << 24;  // 64 MiB: on many processors each having its own would be gigabytes

Shape shape_of(const Tensor& input, const Tensor& weight) { return {input.size(0), input.size(1), weight.size(0), input.size(2), input.size(3)}; }

// Whether it is possible, and faster than oneDNN: not where that has vectors of 64 bytes, nor where an image or each thread has few tiles, nor where there
// are many weights.
bool pays(const Tensor& input, const Tensor& weight) {
  static const bool suited = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && !__builtin_cpu_supports("avx512f");
  if (!suited || !is_plain(input) || input.scalar_type() != at::kFloat || weight.scalar_type() != at::kFloat || !weight.is_contiguous() ||
      weight.sizes() != at::IntArrayRef{weight.size(0), input.size(1), 3, 3}) {
    return false;
  }
  auto shape = shape_of(input, weight);
  auto tiles = shape.height * shape.width / (winograd::kTile * winograd::kTile);
  return shape.inputs % 4 == 0 && shape.outputs % 4 == 0 && shape.inputs * shape.outputs <= kMostWeights && tiles >= kFewestTiles &&
         shape.images * tiles >= kFewestTiles * at::get_num_threads();
}

Tensor convolve(const Shape& shape, const Tensor& input, const Tensor& weight, bool reversed, const float* bias, bool relu) {
  Tiling tiling(shape, at::get_num_threads());
  auto output = at::empty({shape.images, shape.outputs, shape.height, shape.width}, input.options());
  auto transformed = at::empty({winograd::weight_size(shape)}, input.options());
  auto *x = input.data_ptr<float>(), *w = weight.data_ptr<float>(), *u = transformed.data_ptr<float>(), *y = output.data_ptr<float>();
  at::parallel_for(0, shape.outputs / 4, kQuads, [&](int64_t begin, int64_t end) {
    for (int64_t quad = begin; quad < end; ++quad) winograd::transform_weights(w, shape, reversed, quad, u);
  });
  at::parallel_for(0, tiling.blocks, 1, [&](int64_t begin, int64_t end) {
    auto scratch = at::empty({winograd::scratch_size(tiling)}, input.options());
    for (int64_t block = begin; block < end; ++block) winograd::convolve(tiling, block, x, u, bias, relu, y, scratch.data_ptr<float>());
  });
  return output;
}

Tensor weight_gradient(const Shape& shape, const Tensor& input, const Tensor& output_gradient, const Tensor& weight) {
  auto parts = std::min<int64_t>(at::get_num_threads(), std::max<int64_t>(1, kMostSums / winograd::weight_size(shape)));
  Tiling tiling(shape, parts);
  auto sums = at::zeros({parts, winograd::weight_size(shape)}, input.options());
  auto gradient = at::empty_like(weight);
  auto *x = input.data_ptr<float>(), *dy = output_gradient.data_ptr<float>(), *dw = gradient.data_ptr<float>(), *total = sums.data_ptr<float>();
  at::parallel_for(0, parts, 1, [&](int64_t begin, int64_t end) {
    auto scratch = at::empty({winograd::scratch_size(tiling)}, input.options());
    for (int64_t part = begin; part < end; ++part) {
      for (int64_t block = tiling.blocks * part / parts; block < tiling.blocks * (part + 1) / parts; ++block)
        winograd::add_weight_gradient(tiling, block, x, dy, total + part * winograd::weight_size(shape), scratch.data_ptr<float>());
    }
  });
  for (int64_t part = 1; part < parts; ++part) sums[0].add_(sums[part]);
  at::parallel_for(0, shape.outputs / 4, kQuads, [&](int64_t begin, int64_t end) {
    for (int64_t quad = begin; quad < end; ++quad) winograd::restore_weights(total, shape, quad, dw);
  });
  return gradient;
}

struct Convolution3x3 : torch::autograd::Function<Convolution3x3> {
  static Tensor forward(AutogradContext* context, const Tensor& input, const Tensor& weight) {
    context->save_for_backward({input, weight});
    return convolve(shape_of(input, weight), input, weight, false, nullptr, false);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    auto saved = context->get_saved_variables();
    auto &input = saved[0], &weight = saved[1];
    auto gradient = gradients[0].contiguous();
    auto shape = shape_of(input, weight);
    return {context->needs_input_grad(0) ? convolve(shape.reversed(), gradient, weight, true, nullptr, false) : Tensor(),
            context->needs_input_grad(1) ? weight_gradient(shape, input, gradient, weight) : Tensor()};
  }
};

Tensor fast(const Tensor& input, const Tensor& weight, const Tensor& bias, bool relu) {
  if (!at::GradMode::is_enabled()) return convolve(shape_of(input, weight), input, weight, false, bias.defined() ? bias.data_ptr<float>() : nullptr, relu);
  auto output = Convolution3x3::apply(input, weight);
  if (bias.defined()) output.add_(bias.view({-1, 1, 1}));
  return relu ? output.relu_() : output;
}

#else

bool pays(const Tensor&, const Tensor&) { return false; }

Tensor fast(const Tensor&, const Tensor&, const Tensor&, bool) { return {}; }

#endif

Tensor convolution3x3(const Tensor& input, const Tensor& weight, const c10::optional<Tensor>& bias, bool relu) {
  if (pays(input, weight)) return fast(input, weight, bias.value_or(Tensor()), relu);
  auto output = at::conv2d(input, weight, bias, 1, 1);
  return relu ? output.relu_() : output;
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(segtrain, library) {
  library.def("convolution3x3(Tensor input, Tensor weight, Tensor? bias, bool relu) -> Tensor", &convolution3x3);
}
