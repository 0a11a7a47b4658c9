// Layers whose operators move most of a step's bytes outside the convolutions, in fewer walks through memory than LibTorch's own: each
// a file that registers an operator of its own. Float32 on the CPU; anything else goes through LibTorch's operators, with the same results.
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
  return input.is_cpu() && input.scalar_type() == at::kFloat && input.is_contiguous() && input.dim() == 4 && input.numel() > 0;
}
