#include "winograd.h"
#include <algorithm>
#include <cstring>

#if SEGTRAIN_WINOGRAD
#include "winograd_transforms.h"

namespace winograd {
namespace {

constexpr int kSpots = 36;
constexpr int kLongestRun = 64;
// So that the 36 places of a value do not fall into one set of a cache.
constexpr int kPadding = 16;

// Of Scratch, in floats.
struct Sizes {
  explicit Sizes(const Tiling& tiling)
      : input_spot(tiling.shape.inputs * tiling.tiles + kPadding), output_spot(tiling.shape.outputs * tiling.tiles + kPadding),
        line(kTile * (tiling.tiles + 1 + kLanes)) {}

  int64_t all() const { return kSpots * (input_spot + output_spot) + 7 * line; }

  int64_t input_spot, output_spot, line;
};

// What one thread works with: a block's transformed values of both sides, six lines of pixels that are transformed down and not yet across, and one of zeros.
struct Scratch : Sizes {
  Scratch(const Tiling& tiling, float* memory)
      : Sizes(tiling), inputs(memory), outputs(inputs + kSpots * input_spot), lines(outputs + kSpots * output_spot), zeros(lines + 6 * line) {}

  float *inputs, *outputs, *lines, *zeros;
};

// Six lines of one channel of a block, from rows of tiles with their margin: 1 for the input, 0 for the output.
template <int Margin>
void transform_down(const Tiling& tiling, int64_t first, int64_t last, const float* images, int64_t channels, int64_t channel, const Scratch& scratch) {
  constexpr int kRows = kTile + 2 * Margin;
  const auto& shape = tiling.shape;
  for (int64_t i = first; i < last; ++i) {
    auto [image, y, x] = tiling.run(i);
    auto* plane = images + (image * channels + channel) * shape.height * shape.width;
    const float* rows[kRows];
    for (int64_t r = 0; r < kRows; ++r) {
      int64_t at = y + r - Margin;
      rows[r] = at < 0 || at >= shape.height ? scratch.zeros : plane + at * shape.width + x - Margin;
    }
    auto* to = scratch.lines + (i - first) * kTile * (tiling.run_length + 1);
    int64_t end = std::min(kTile * tiling.run_length + 2 * Margin, shape.width - x + Margin);
    for (int64_t p = x == 0 ? Margin : 0; p < end; p += kLanes) {
      Floats d[kRows], down[6];
      if (end - p >= kLanes) {
        for (int r = 0; r < kRows; ++r) d[r] = load(rows[r] + p);
        transform(d, down);
        for (int r = 0; r < 6; ++r) store(to + r * scratch.line + p, down[r]);
      } else {
        auto mask = first_lanes(end - p);
        for (int r = 0; r < kRows; ++r) d[r] = _mm256_maskload_ps(rows[r] + p, mask);
        transform(d, down);
        for (int r = 0; r < 6; ++r) _mm256_maskstore_ps(to + r * scratch.line + p, mask, down[r]);
      }
    }
  }
}

// The same column of eight tiles each, from 32 pixels of a line on; for the input two more, the first ones of the next tile.
inline void columns(const float* pixels, Floats (&d)[4]) {
  for (int c = 0; c < 4; ++c) d[c] = load(pixels + kTile * c, pixels + kTile * c + 16);
  transpose(d);
}

inline void columns(const float* pixels, Floats (&d)[6]) {
  Floats own[4], next[4];
  columns(pixels, own);
  columns(pixels + kTile, next);
  for (int c = 0; c < 4; ++c) d[c] = own[c];
  d[4] = next[0];
  d[5] = next[1];
}

// All channels of a block: (36, channels, tiles).
template <int Margin>
void transform_block(const Tiling& tiling, int64_t block, const float* images, int64_t channels, float* to, int64_t spot, const Scratch& scratch) {
  auto first = block * tiling.runs_in_block, last = std::min(first + tiling.runs_in_block, tiling.runs);
  std::memset(scratch.lines, 0, 7 * scratch.line * sizeof(float));
  for (int64_t channel = 0; channel < channels; ++channel) {
    transform_down<Margin>(tiling, first, last, images, channels, channel, scratch);
    for (int r = 0; r < 6; ++r) {
      for (int64_t t = 0; t < tiling.tiles; t += kLanes) {
        Floats d[kTile + 2 * Margin], across[6];
        columns(scratch.lines + r * scratch.line + kTile * t, d);
        transform(d, across);
        for (int c = 0; c < 6; ++c) store(to + (r * 6 + c) * spot + channel * tiling.tiles + t, across[c]);
      }
    }
  }
}

// Four rows of weights by Vectors columns of tiles.
template <int Vectors>
void multiply(const float* weights, const float* tiles, int64_t inputs, int64_t stride, float* to) {
  Floats sums[4][Vectors] = {};
  for (int64_t c = 0; c < inputs; ++c, weights += 4, tiles += stride) {
    for (int o = 0; o < 4; ++o) {
      auto weight = _mm256_broadcast_ss(weights + o);
      for (int v = 0; v < Vectors; ++v) sums[o][v] += weight * load(tiles + kLanes * v);
    }
  }
  for (int o = 0; o < 4; ++o) {
    for (int v = 0; v < Vectors; ++v) store(to + o * stride + kLanes * v, sums[o][v]);
  }
}

void multiply_block(const Tiling& tiling, const float* transformed, const Scratch& scratch) {
  auto inputs = tiling.shape.inputs, outputs = tiling.shape.outputs, tiles = tiling.tiles;
  for (int spot = 0; spot < kSpots; ++spot) {
    auto* from = scratch.inputs + spot * scratch.input_spot;
    auto* to = scratch.outputs + spot * scratch.output_spot;
    for (int64_t o = 0; o < outputs; o += 4, transformed += 4 * inputs) {
      int64_t t = 0;
      for (; t + 3 * kLanes <= tiles; t += 3 * kLanes) multiply<3>(transformed, from + t, inputs, tiles, to + o * tiles + t);
      if (tiles - t == 2 * kLanes) multiply<2>(transformed, from + t, inputs, tiles, to + o * tiles + t);
      if (tiles - t == kLanes) multiply<1>(transformed, from + t, inputs, tiles, to + o * tiles + t);
    }
  }
}

// Eight tiles of one output channel.
inline void restore_tiles(const float* products, int64_t spot, Floats (&rows)[4][4]) {
  Floats across[4][6];
  for (int r = 0; r < 6; ++r) {
    Floats m[6], restored[4];
    for (int c = 0; c < 6; ++c) m[c] = load(products + (r * 6 + c) * spot);
    restore(m, restored);
    for (int c = 0; c < 4; ++c) across[c][r] = restored[c];
  }
  for (int c = 0; c < 4; ++c) {
    Floats down[4];
    restore(across[c], down);
    for (int r = 0; r < 4; ++r) rows[r][c] = down[r];
  }
}

void restore_block(const Tiling& tiling, int64_t block, const float* bias, bool relu, float* output, const Scratch& scratch) {
  const auto& shape = tiling.shape;
  auto first = block * tiling.runs_in_block, last = std::min(first + tiling.runs_in_block, tiling.runs);
  auto least = _mm256_set1_ps(relu ? 0 : -__builtin_inff());
  for (int64_t o = 0; o < shape.outputs; ++o) {
    auto shift = _mm256_set1_ps(bias ? bias[o] : 0);
    for (int64_t t = 0; t < tiling.tiles; t += kLanes) {
      Floats rows[4][4];
      restore_tiles(scratch.outputs + o * tiling.tiles + t, scratch.output_spot, rows);
      float pixels[4][kLanes * kTile];
      for (int r = 0; r < 4; ++r) {
        // A NaN stays, being the second.
        for (auto& value : rows[r]) value = _mm256_max_ps(least, value + shift);
        transpose(rows[r]);
        for (int c = 0; c < 4; ++c) store(pixels[r] + kTile * c, pixels[r] + kTile * c + 16, rows[r][c]);
      }
      for (int64_t tile = t; tile < std::min(t + kLanes, tiling.tiles);) {
        // As many tiles of the eight as belong to one run.
        auto in_run = tile % (tiling.run_length + 1), index = first + tile / (tiling.run_length + 1);
        auto count = std::min(tiling.run_length - in_run, t + kLanes - tile);
        if (index < last && count > 0) {
          auto [image, y, x] = tiling.run(index);
          x += kTile * in_run;
          auto width = std::min(kTile * count, shape.width - x);
          auto* to = output + ((image * shape.outputs + o) * shape.height + y) * shape.width + x;
          for (int64_t r = 0; r < std::min<int64_t>(kTile, shape.height - y) && width > 0; ++r)
            std::memcpy(to + r * shape.width, pixels[r] + kTile * (tile - t), width * sizeof(float));
        }
        tile += count + (in_run + count == tiling.run_length);
      }
    }
  }
}

// Sums over tiles of four outputs by Channels inputs.
template <int Channels>
void correlate(const float* outputs, const float* inputs, int64_t tiles, float* to) {
  Floats sums[Channels][4] = {};
  for (int64_t t = 0; t < tiles; t += kLanes) {
    for (int o = 0; o < 4; ++o) {
      auto output = load(outputs + o * tiles + t);
      for (int c = 0; c < Channels; ++c) sums[c][o] += output * load(inputs + c * tiles + t);
    }
  }
  for (int c = 0; c < Channels; ++c) {
    auto pairs = _mm256_hadd_ps(_mm256_hadd_ps(sums[c][0], sums[c][1]), _mm256_hadd_ps(sums[c][2], sums[c][3]));
    auto all = _mm256_castps256_ps128(pairs) + _mm256_extractf128_ps(pairs, 1);
    _mm_storeu_ps(to + 4 * c, _mm_loadu_ps(to + 4 * c) + all);
  }
}

}  // namespace

Tiling::Tiling(const Shape& shape, int64_t threads) : shape(shape) {
  auto columns = (shape.width + kTile - 1) / kTile, rows = (shape.height + kTile - 1) / kTile;
  runs_in_row = (columns + kLongestRun - 1) / kLongestRun;
  run_length = (columns + runs_in_row - 1) / runs_in_row;
  if (runs_in_row > 1) run_length = (run_length + kLanes - 1) / kLanes * kLanes;
  runs = shape.images * rows * runs_in_row;
  // About as many tiles as caches hold, and as many blocks for each thread.
  auto most = std::max<int64_t>(1, 48 / (run_length + 1)), rounds = (runs + most * threads - 1) / (most * threads);
  runs_in_block = (runs + rounds * threads - 1) / (rounds * threads);
  blocks = (runs + runs_in_block - 1) / runs_in_block;
  tiles = (runs_in_block * (run_length + 1) - 1 + kLanes - 1) / kLanes * kLanes;
}

Tiling::Run Tiling::run(int64_t index) const {
  auto rows = (shape.height + kTile - 1) / kTile, row = index / runs_in_row;
  return {row / rows, row % rows * kTile, index % runs_in_row * run_length * kTile};
}

int64_t weight_size(const Shape& shape) { return kSpots * shape.inputs * shape.outputs; }

int64_t scratch_size(const Tiling& tiling) { return Sizes(tiling).all(); }

// (36, outputs / 4, inputs, 4)
void transform_weights(const float* weights, const Shape& shape, bool reversed, int64_t quad, float* transformed) {
  for (int64_t c = 0; c < shape.inputs; ++c) {
    __m128 down[3][6], rows[6][3];
    for (int column = 0; column < 3; ++column) {
      __m128 g[3];
      for (int row = 0; row < 3; ++row) {
        float of[4];
        for (int64_t lane = 0; lane < 4; ++lane) {
          int64_t o = 4 * quad + lane, spot = row * 3 + column;
          of[lane] = reversed ? weights[(c * shape.outputs + o) * 9 + 8 - spot] : weights[(o * shape.inputs + c) * 9 + spot];
        }
        g[row] = _mm_loadu_ps(of);
      }
      transform(g, down[column]);
    }
    for (int row = 0; row < 6; ++row) {
      __m128 across[6];
      for (int column = 0; column < 3; ++column) rows[row][column] = down[column][row];
      transform(rows[row], across);
      for (int column = 0; column < 6; ++column) _mm_storeu_ps(transformed + (((row * 6 + column) * (shape.outputs / 4) + quad) * shape.inputs + c) * 4, across[column]);
    }
  }
}

void restore_weights(const float* transformed, const Shape& shape, int64_t quad, float* weights) {
  for (int64_t c = 0; c < shape.inputs; ++c) {
    __m128 across[3][6];
    for (int row = 0; row < 6; ++row) {
      __m128 e[6], restored[3];
      for (int column = 0; column < 6; ++column) e[column] = _mm_loadu_ps(transformed + (((row * 6 + column) * (shape.outputs / 4) + quad) * shape.inputs + c) * 4);
      restore(e, restored);
      for (int column = 0; column < 3; ++column) across[column][row] = restored[column];
    }
    for (int column = 0; column < 3; ++column) {
      __m128 g[3];
      restore(across[column], g);
      for (int row = 0; row < 3; ++row) {
        float of[4];
        _mm_storeu_ps(of, g[row]);
        for (int64_t lane = 0; lane < 4; ++lane) weights[((4 * quad + lane) * shape.inputs + c) * 9 + row * 3 + column] = of[lane];
      }
    }
  }
}

void convolve(const Tiling& tiling, int64_t block, const float* input, const float* transformed, const float* bias, bool relu, float* output, float* memory) {
  Scratch scratch(tiling, memory);
  transform_block<1>(tiling, block, input, tiling.shape.inputs, scratch.inputs, scratch.input_spot, scratch);
  multiply_block(tiling, transformed, scratch);
  restore_block(tiling, block, bias, relu, output, scratch);
}

void add_weight_gradient(const Tiling& tiling, int64_t block, const float* input, const float* output_gradient, float* transformed, float* memory) {
  Scratch scratch(tiling, memory);
  auto inputs = tiling.shape.inputs, outputs = tiling.shape.outputs, tiles = tiling.tiles;
  transform_block<1>(tiling, block, input, inputs, scratch.inputs, scratch.input_spot, scratch);
  transform_block<0>(tiling, block, output_gradient, outputs, scratch.outputs, scratch.output_spot, scratch);
  for (int spot = 0; spot < kSpots; ++spot) {
    auto* in = scratch.inputs + spot * scratch.input_spot;
    auto* out = scratch.outputs + spot * scratch.output_spot;
    for (int64_t o = 0; o < outputs; o += 4, transformed += 4 * inputs) {
      int64_t c = 0;
      for (; c + 3 <= inputs; c += 3) correlate<3>(out + o * tiles, in + c * tiles, tiles, transformed + 4 * c);
      if (inputs - c == 2) correlate<2>(out + o * tiles, in + c * tiles, tiles, transformed + 4 * c);
      if (inputs - c == 1) correlate<1>(out + o * tiles, in + c * tiles, tiles, transformed + 4 * c);
    }
  }
}

}  // namespace winograd

#endif
