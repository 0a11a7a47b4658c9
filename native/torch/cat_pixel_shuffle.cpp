// cat(skip, pixel_shuffle(blocks, 2)) without the shuffled tensor between.
#include "layer.h"

namespace {

template <class T>
SEGTRAIN_VECTORIZED void interleave(const T* even, const T* odd, T* row, int64_t width) {
#pragma omp simd
  for (int64_t i = 0; i < width; ++i) {
    row[2 * i] = even[i];
    row[2 * i + 1] = odd[i];
  }
}

template <class T>
SEGTRAIN_VECTORIZED void separate(const T* row, T* even, T* odd, int64_t width) {
#pragma omp simd
  for (int64_t i = 0; i < width; ++i) {
    even[i] = row[2 * i];
    odd[i] = row[2 * i + 1];
  }
}

// skip (N, A, 2H, 2W) and blocks (N, 4B, H, W) to (N, A + B, 2H, 2W).
template <class T>
struct CatPixelShuffle : torch::autograd::Function<CatPixelShuffle<T>> {
  static Tensor forward(AutogradContext* context, const Tensor& skip, const Tensor& blocks) {
    int64_t images = skip.size(0), kept = skip.size(1), added = blocks.size(1) / 4, height = blocks.size(2), width = blocks.size(3);
    auto output = at::empty({images, kept + added, 2 * height, 2 * width}, skip.options());
    auto *a = data<T>(skip), *b = data<T>(blocks), *y = data<T>(output);
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
    auto *a = data<T>(skip_grad), *b = data<T>(blocks_grad), *dy = data<T>(gradient);
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

Tensor cat_pixel_shuffle(const Tensor& skip, const Tensor& blocks) {
  TORCH_CHECK(blocks.size(1) % 4 == 0 && skip.size(0) == blocks.size(0) && skip.size(2) == 2 * blocks.size(2) && skip.size(3) == 2 * blocks.size(3),
              "blocks ", blocks.sizes(), " do not become as large as the skip ", skip.sizes());
  return is_plain(skip) && is_plain(blocks) && skip.scalar_type() == blocks.scalar_type()
             ? apply_plain<CatPixelShuffle>(skip, blocks)
             : at::cat({skip, at::pixel_shuffle(blocks, 2)}, 1);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(segtrain, library) {
  library.def("cat_pixel_shuffle(Tensor skip, Tensor blocks) -> Tensor", &cat_pixel_shuffle);
}
