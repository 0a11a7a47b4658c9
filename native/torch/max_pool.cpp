// The largest of each 2x2 block; its place is kept in a byte, where LibTorch keeps eight.
#include "layer.h"

namespace {

// Pixels that are worth a thread.
constexpr int64_t kGrain = 4096;

template <class T>
SEGTRAIN_VECTORIZED void largest(const T* upper, const T* lower, T* y, uint8_t* place, int64_t width) {
#pragma omp simd
  for (int64_t i = 0; i < width; ++i) {
    float best = widen(upper[2 * i]);
    int32_t at = 0;
    auto next = [&](float value, int32_t index) {
      bool wins = value > best || value != value;
      best = wins ? value : best;
      at = wins ? index : at;
    };
    next(widen(upper[2 * i + 1]), 1);
    next(widen(lower[2 * i]), 2);
    next(widen(lower[2 * i + 1]), 3);
    y[i] = narrow<T>(best);
    place[i] = at;
  }
}

template <class T>
SEGTRAIN_VECTORIZED void to_largest(const T* dy, const uint8_t* place, T* upper, T* lower, int64_t width) {
#pragma omp simd
  for (int64_t i = 0; i < width; ++i) {
    T gradient = dy[i];
    uint8_t at = place[i];
    upper[2 * i] = at == 0 ? gradient : 0;
    upper[2 * i + 1] = at == 1 ? gradient : 0;
    lower[2 * i] = at == 2 ? gradient : 0;
    lower[2 * i + 1] = at == 3 ? gradient : 0;
  }
}

template <class T>
struct MaxPool2x2 : torch::autograd::Function<MaxPool2x2<T>> {
  static Tensor forward(AutogradContext* context, const Tensor& input) {
    int64_t height = input.size(2) / 2, width = input.size(3) / 2;
    auto output = at::empty({input.size(0), input.size(1), height, width}, input.options());
    auto places = at::empty(output.sizes(), input.options().dtype(at::kByte));
    auto *x = data<T>(input), *y = data<T>(output);
    auto* place = places.data_ptr<uint8_t>();
    at::parallel_for(0, output.numel() / width, kGrain / width + 1, [&](int64_t begin, int64_t end) {
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
    auto *dy = data<T>(gradient), *dx = data<T>(input_grad);
    auto* place = places.data_ptr<uint8_t>();
    at::parallel_for(0, places.numel() / width, kGrain / width + 1, [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) {
        to_largest(dy + row * width, place + row * width, dx + 4 * row * width, dx + (4 * row + 2) * width, width);
      }
    });
    return {input_grad};
  }
};

Tensor max_pool2x2(const Tensor& input) {
  return is_plain(input) && input.size(2) % 2 == 0 && input.size(3) % 2 == 0 ? apply_plain<MaxPool2x2>(input) : at::max_pool2d(input, {2, 2});
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(segtrain, library) {
  library.def("max_pool2x2(Tensor input) -> Tensor", &max_pool2x2);
}
