// Layers whose operators move most of a step's bytes outside the convolutions, in fewer walks through memory than LibTorch's own: each
// a file that registers an operator of its own. Float32 and bfloat16 on the CPU, sums and statistics always in float32 or better; anything
// else goes through LibTorch's operators, with the same results.
#pragma once
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// The instruction set is chosen when the library is loaded; the distribution's compiler knows only the oldest.
#if defined(__x86_64__)
#define SEGTRAIN_VECTORIZED __attribute__((target_clones("arch=skylake-avx512", "arch=haswell", "default")))
#else
#define SEGTRAIN_VECTORIZED
#endif

inline bool is_plain(const Tensor& input) {
  auto type = input.scalar_type();
  return input.is_cpu() && (type == at::kFloat || type == at::kBFloat16) && input.is_contiguous() && input.dim() == 4 && input.numel() > 0;
}

// Layer<T>::apply for the type of the first argument, which is plain.
template <template <class> class Layer, class... Arguments>
Tensor apply_plain(const Tensor& input, Arguments&&... arguments) {
  return input.scalar_type() == at::kFloat ? Layer<float>::apply(input, std::forward<Arguments>(arguments)...)
                                           : Layer<at::BFloat16>::apply(input, std::forward<Arguments>(arguments)...);
}
