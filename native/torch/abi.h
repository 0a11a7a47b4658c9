// The C ABI between SegTrain.LibTorch and LibTorch. Interop/Native.cs mirrors it; a change of either bumps ABI_VERSION in both.
#pragma once
#include <cstdint>
#include <string>
#include <ATen/ATen.h>

constexpr int32_t ABI_VERSION = 4;

#define SEGTRAIN_API extern "C" __attribute__((visibility("default")))

// One argument or result of an operator. `payload` is the number's bits, a handle, or the address of `length` elements.
enum class Kind : int32_t { None, Tensor, Int, Double, Bool, Ints, Tensors, Device };

struct Value {
  Kind kind;
  int32_t length;
  int64_t payload;
};
static_assert(sizeof(Value) == 16);

// A tensor handle owns one reference: it is released by segtrain_tensor_free.
using Handle = at::Tensor*;

// 0: done. 1: failed, and the text waits in segtrain_error on the calling thread.
using Status = int32_t;

std::string& last_error();

// No exception crosses the ABI.
template <class F>
Status guarded(F&& body) noexcept {
  try {
    body();
    return 0;
  } catch (const c10::Error& e) {
    last_error() = e.what_without_backtrace();
  } catch (const std::exception& e) {
    last_error() = e.what();
  }
  return 1;
}

inline c10::Device unpack_device(int64_t type_and_index) {
  return {static_cast<c10::DeviceType>(type_and_index & 0xff), static_cast<c10::DeviceIndex>(type_and_index >> 8)};
}
