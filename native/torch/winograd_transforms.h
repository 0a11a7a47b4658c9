// The transforms of winograd.h, of one dimension of eight tiles or four outputs at a time, and the vectors that they are written in. All that follows
// the inclusion is compiled for AVX2.
#pragma once
#include <cstdint>
#include <immintrin.h>

#pragma GCC target("avx2,fma")

namespace winograd {

constexpr int kLanes = 8;

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

}  // namespace winograd
