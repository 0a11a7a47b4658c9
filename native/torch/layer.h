// Layers whose operators move most of a step's bytes outside the convolutions, in fewer walks through memory than LibTorch's own: each
// a file that registers an operator of its own. Float32 and bfloat16 on the CPU, sums and statistics always in float32 or better; anything
// else goes through LibTorch's operators, with the same results.
#pragma once
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <cstring>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// The instruction set is chosen when the library is loaded, by what the processor can do: the name of a model, such as haswell, would
// stand for that model alone.
#if defined(__x86_64__) && __GNUC__ >= 12
#define SEGTRAIN_VECTORIZED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#elif defined(__x86_64__)
#define SEGTRAIN_VECTORIZED __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define SEGTRAIN_VECTORIZED
#endif

// The kernels see a bfloat16 as its bits: with the conversions of LibTorch's class, which branch, a loop is not made of vectors.
using Bits16 = uint16_t;

inline float widen(float x) { return x; }

inline float widen(Bits16 x) {
  uint32_t bits = static_cast<uint32_t>(x) << 16;
  float wide;
  std::memcpy(&wide, &bits, sizeof wide);
  return wide;
}

template <class T>
T narrow(float x);

template <>
inline float narrow(float x) {
  return x;
}

// To the nearest, and of two to the even one.
template <>
inline Bits16 narrow(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  auto rounded = static_cast<Bits16>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
  return x == x ? rounded : 0x7fc0;
}

template <class T>
T* data(const Tensor& tensor) {
  return static_cast<T*>(tensor.data_ptr());
}

inline bool is_plain(const Tensor& input) {
  auto type = input.scalar_type();
  return input.is_cpu() && (type == at::kFloat || type == at::kBFloat16) && input.is_contiguous() && input.dim() == 4 && input.numel() > 0;
}

// Layer<T>::apply for the type of the first argument, which is plain.
template <template <class> class Layer, class... Arguments>
Tensor apply_plain(const Tensor& input, Arguments&&... arguments) {
  return input.scalar_type() == at::kFloat ? Layer<float>::apply(input, std::forward<Arguments>(arguments)...)
                                           : Layer<Bits16>::apply(input, std::forward<Arguments>(arguments)...);
}
