// 3x3 convolutions by Winograd's minimal filtering F(4x4, 3x3): 36 products stand for 144 (A. Lavin, S. Gray: Fast algorithms for convolutional
// neural networks. CVPR 2016, arXiv:1509.09308). Stride 1, padding 1, float32, channels first. Sums are rounded about twice as much.
// A tile is 4x4 pixels of the output and the 6x6 of the input that they depend on. Its 36 transformed values stand apart, so that all that is to be
// multiplied are 36 matrix products: (outputs x inputs) by (inputs x tiles).
// Channels of both sides are multiples of four, since the gradient goes the other way.
// For x86-64 with AVX2 and FMA alone: elsewhere nothing of it is there, and SEGTRAIN_WINOGRAD is 0.
#pragma once
#include <cstdint>

#if defined(__x86_64__)
#define SEGTRAIN_WINOGRAD 1

namespace winograd {

struct Shape {
  int64_t images, inputs, outputs, height, width;

  // What the backward pass convolves: gradients of the outputs.
  Shape reversed() const { return {images, outputs, inputs, height, width}; }
};

// Pixels of the output that a tile is wide and high.
constexpr int kTile = 4;

// Tiles lie in runs, each a part of a row of tiles. A block is runs in one line, with a tile of no meaning between two, so that short rows fill vectors too.
struct Tiling {
  // Blocks are made so that each of the threads can have as many.
  Tiling(const Shape& shape, int64_t threads);

  struct Run {
    int64_t image, y, x;  // of its first pixel
  };
  Run run(int64_t index) const;

  Shape shape;
  int64_t run_length, runs_in_row, runs, runs_in_block, blocks;
  int64_t tiles;  // in the line of a block, a multiple of 8
};

// Sizes in floats.
int64_t weight_size(const Shape& shape);
int64_t scratch_size(const Tiling& tiling);

// The weights (outputs, inputs, 3, 3) of four outputs, from 4 * quad on. Reversed: weights (inputs, outputs, 3, 3) of the convolution whose backward pass this is.
void transform_weights(const float* weights, const Shape& shape, bool reversed, int64_t quad, float* transformed);

// One block of the convolution; bias may be null.
void convolve(const Tiling& tiling, int64_t block, const float* input, const float* transformed, const float* bias, bool relu, float* output, float* scratch);

// Adds what one block contributes to the gradient of the transformed weights.
void add_weight_gradient(const Tiling& tiling, int64_t block, const float* input, const float* output_gradient, float* transformed, float* scratch);

// The gradient of the weights of four outputs.
void restore_weights(const float* transformed, const Shape& shape, int64_t quad, float* weights);

}  // namespace winograd

#else
#define SEGTRAIN_WINOGRAD 0
#endif
