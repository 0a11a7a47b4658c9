// The process around the tensors: versions, threads, allocator, random state, grad mode, devices.
#include "abi.h"
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <dlfcn.h>
#include <torch/torch.h>

std::string& last_error() {
  thread_local std::string text;
  return text;
}

SEGTRAIN_API const char* segtrain_error() { return last_error().c_str(); }
SEGTRAIN_API int32_t segtrain_abi() { return ABI_VERSION; }
// The LibTorch this library was compiled against; its C++ ABI holds only within one minor version.
SEGTRAIN_API const char* segtrain_compiled_version() { return TORCH_VERSION; }

SEGTRAIN_API const char* segtrain_build_settings() {
  static const std::string text = at::show_config();
  return text.c_str();
}

// The file that a LibTorch symbol came from.
SEGTRAIN_API const char* segtrain_library_path() {
  static const std::string text = [] {
    Dl_info info{};
    return dladdr(reinterpret_cast<void*>(static_cast<int (*)()>(&at::get_num_threads)), &info) && info.dli_fname ? std::string(info.dli_fname) : std::string();
  }();
  return text.c_str();
}

SEGTRAIN_API int32_t segtrain_get_threads() { return at::get_num_threads(); }
SEGTRAIN_API void segtrain_set_threads(int32_t count) { at::set_num_threads(count); }

// OpenBLAS built on pthreads starts threads of its own, which spin against OpenMP's. Returns whether there was an OpenBLAS to tell.
SEGTRAIN_API int32_t segtrain_set_blas_threads(int32_t count) {
  auto* set = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"));
  if (set) set(count);
  return set != nullptr;
}

SEGTRAIN_API int32_t segtrain_get_grad_mode() { return c10::GradMode::is_enabled(); }
SEGTRAIN_API void segtrain_set_grad_mode(int32_t enabled) { c10::GradMode::set_enabled(enabled != 0); }

SEGTRAIN_API Status segtrain_manual_seed(int64_t seed) {
  return guarded([&] { torch::manual_seed(static_cast<uint64_t>(seed)); });
}

// LibTorch 2 would also fill every new tensor with NaN before it is written, which helps to find what reads one too early, and takes time.
template <class Context>
auto leave_new_tensors(Context& context, int) -> decltype(context.setDeterministicFillUninitializedMemory(false)) {
  context.setDeterministicFillUninitializedMemory(false);
}
template <class Context>
void leave_new_tensors(Context&, long) {}

SEGTRAIN_API Status segtrain_set_deterministic(int32_t enabled) {
  return guarded([&] {
    at::globalContext().setDeterministicAlgorithms(enabled != 0, /*warn_only=*/true);
    at::globalContext().setDeterministicCuDNN(enabled != 0);
    leave_new_tensors(at::globalContext(), 0);
  });
}

SEGTRAIN_API Status segtrain_allow_tf32(int32_t allowed) {
  return guarded([&] {
    at::globalContext().setAllowTF32CuDNN(allowed != 0);
    at::globalContext().setAllowTF32CuBLAS(allowed != 0);
  });
}

SEGTRAIN_API int32_t segtrain_cuda_devices() { return at::hasCUDA() ? static_cast<int32_t>(torch::cuda::device_count()) : 0; }
