#include "winograd.h"
#include <algorithm>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#pragma GCC target("avx2,fma")

namespace winograd {
namespace {

constexpr int kLanes = 8, kTile = 4, kSpots = 36;
constexpr int kLongestRun = 64;
// So that the 36 places of a value do not fall into one set of a cache.
constexpr int kPadding = 16;

using Floats = __m256;

inline Floats load(const float* from) { return _mm256_loadu_ps(from); }
inline Floats load(const float* low, const float* high) { return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(low)), _mm_loadu_ps(high), 1); }
inline void store(float* to, Floats value) { _mm256_storeu_ps(to, value); }
inline void store(float* low, float* high, Floats value) {
  _mm_storeu_ps(low, _mm256_castps256_ps128(value));
  _mm_storeu_ps(high, _mm256_extractf128_ps(value, 1));
}

// Lanes below `count`.
inline __m256i first_lanes(int64_t count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

// In each half the four vectors become the columns of what they were the rows of.
inline void transpose(Floats (&v)[4]) {
  Floats ab_low = _mm256_unpacklo_ps(v[0], v[1]), ab_high = _mm256_unpackhi_ps(v[0], v[1]);
  Floats cd_low = _mm256_unpacklo_ps(v[2], v[3]), cd_high = _mm256_unpackhi_ps(v[2], v[3]);
  v[0] = _mm256_shuffle_ps(ab_low, cd_low, 0x44);
  v[1] = _mm256_shuffle_ps(ab_low, cd_low, 0xee);
  v[2] = _mm256_shuffle_ps(ab_high, cd_high, 0x44);
  v[3] = _mm256_shuffle_ps(ab_high, cd_high, 0xee);
}

// The transforms take polynomials at 0, a, -a, b, -b and infinity. With 3/4 and 3/2, exact in float, rounding is half of that with the usual 1 and 2,
// and twice that of the plain sum (B. Barabasz et al.: Error analysis and improving the accuracy of Winograd convolution for deep neural networks. ACM
// TOMS 46(4), 2020, arXiv:1803.10986, on the choice of points).
constexpr float a = 0.75f, b = 1.5f, a2 = a * a, b2 = b * b;
// What the products at 0, at a or -a, and at b or -b are divided by: the derivative of x (x^2 - a^2) (x^2 - b^2) there.
constexpr float kAtZero = 1 / (a2 * b2), kAtA = 1 / (2 * a2 * (a2 - b2)), kAtB = 1 / (2 * b2 * (b2 - a2));

// Input.
inline void transform(const Floats (&d)[6], Floats (&to)[6]) {
  Floats even_a = d[4] - b2 * d[2], odd_a = a * d[3] - a * b2 * d[1], even_b = d[4] - a2 * d[2], odd_b = b * d[3] - b * a2 * d[1];
  to[0] = a2 * b2 * d[0] - (a2 + b2) * d[2] + d[4];
  to[1] = even_a + odd_a;
  to[2] = even_a - odd_a;
  to[3] = even_b + odd_b;
  to[4] = even_b - odd_b;
  to[5] = a2 * b2 * d[1] - (a2 + b2) * d[3] + d[5];
}

// Gradient of the output: the transpose of the next.
inline void transform(const Floats (&d)[4], Floats (&to)[6]) {
  Floats even_a = d[0] + a2 * d[2], odd_a = a * d[1] + a * a2 * d[3], even_b = d[0] + b2 * d[2], odd_b = b * d[1] + b * b2 * d[3];
  to[0] = d[0];
  to[1] = even_a + odd_a;
  to[2] = even_a - odd_a;
  to[3] = even_b + odd_b;
  to[4] = even_b - odd_b;
  to[5] = d[3];
}

// Output.
inline void restore(const Floats (&m)[6], Floats (&to)[4]) {
  Floats even_a = m[1] + m[2], odd_a = m[1] - m[2], even_b = m[3] + m[4], odd_b = m[3] - m[4];
  to[0] = m[0] + even_a + even_b;
  to[1] = a * odd_a + b * odd_b;
  to[2] = a2 * even_a + b2 * even_b;
  to[3] = a * a2 * odd_a + b * b2 * odd_b + m[5];
}

// Weights.
inline void transform(const __m128 (&g)[3], __m128 (&to)[6]) {
  __m128 even_a = kAtA * (g[0] + a2 * g[2]), odd_a = kAtA * a * g[1], even_b = kAtB * (g[0] + b2 * g[2]), odd_b = kAtB * b * g[1];
  to[0] = kAtZero * g[0];
  to[1] = even_a + odd_a;
  to[2] = even_a - odd_a;
  to[3] = even_b + odd_b;
  to[4] = even_b - odd_b;
  to[5] = g[2];
}

// Gradient of the weights: the transpose.
inline void restore(const __m128 (&e)[6], __m128 (&to)[3]) {
  __m128 even_a = kAtA * (e[1] + e[2]), odd_a = kAtA * a * (e[1] - e[2]), even_b = kAtB * (e[3] + e[4]), odd_b = kAtB * b * (e[3] - e[4]);
  to[0] = kAtZero * e[0] + even_a + even_b;
  to[1] = odd_a + odd_b;
  to[2] = a2 * even_a + b2 * even_b + e[5];
}

// What one thread works with: a block's transformed values of both sides, and six lines of pixels that are transformed down and not yet across.
struct Scratch {
  Scratch(const Tiling& tiling, float* memory)
      : input_spot(tiling.shape.inputs * tiling.tiles + kPadding), output_spot(tiling.shape.outputs * tiling.tiles + kPadding),
        line(kTile * (tiling.tiles + 1 + kLanes)), inputs(memory), outputs(inputs + kSpots * input_spot), lines(outputs + kSpots * output_spot),
        zeros(lines + 6 * line) {}

  int64_t size() const { return zeros + line - inputs; }

  int64_t input_spot, output_spot, line;
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

bool pays(const Shape& shape) {
  static const bool suited = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && !__builtin_cpu_supports("avx512f");
  return suited && shape.inputs % 4 == 0 && shape.outputs % 4 == 0 && shape.height * shape.width >= 16 * kTile * kTile && shape.inputs * shape.outputs <= 1 << 17;
}

Tiling::Tiling(const Shape& shape, int64_t threads) : shape(shape) {
  auto columns = (shape.width + kTile - 1) / kTile, rows = (shape.height + kTile - 1) / kTile;
  runs_in_row = (columns + kLongestRun - 1) / kLongestRun;
  run_length = (columns + runs_in_row - 1) / runs_in_row;
  if (runs_in_row > 1) run_length = (run_length + kLanes - 1) / kLanes * kLanes;
  runs = shape.images * rows * runs_in_row;
  runs_in_block = std::max<int64_t>(1, std::min(48 / (run_length + 1), (runs + threads - 1) / threads));
  blocks = (runs + runs_in_block - 1) / runs_in_block;
  tiles = (runs_in_block * (run_length + 1) - 1 + kLanes - 1) / kLanes * kLanes;
}

Tiling::Run Tiling::run(int64_t index) const {
  auto rows = (shape.height + kTile - 1) / kTile, row = index / runs_in_row;
  return {row / rows, row % rows * kTile, index % runs_in_row * run_length * kTile};
}

int64_t weight_size(const Shape& shape) { return kSpots * shape.inputs * shape.outputs; }

int64_t scratch_size(const Tiling& tiling) { return Scratch(tiling, nullptr).size(); }

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

#else

namespace winograd {

bool pays(const Shape&) { return false; }

}  // namespace winograd

#endif
