// Tensor handles: life, shape, memory and autograd.
#include "abi.h"
#include <torch/csrc/autograd/autograd.h>
#include <torch/torch.h>

SEGTRAIN_API void segtrain_tensor_free(Handle tensor) { delete tensor; }

// Wraps memory that the caller keeps until `release(context)` is called, on whatever thread drops the last reference.
SEGTRAIN_API Status segtrain_tensor_wrap(void* data, const int64_t* sizes, int32_t rank, int32_t dtype, void (*release)(void*), void* context, Handle* result) {
  return guarded([&] {
    auto options = at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype));
    *result = new at::Tensor(at::from_blob(data, {sizes, static_cast<size_t>(rank)}, [release, context](void*) { release(context); }, options));
  });
}

struct TensorInfo {
  int64_t elements;
  int32_t rank;
  int32_t dtype;
  int32_t device_type;
  int32_t device_index;
  int32_t contiguous;
};

SEGTRAIN_API Status segtrain_tensor_info(const at::Tensor* tensor, TensorInfo* info) {
  return guarded([&] {
    *info = {tensor->numel(), static_cast<int32_t>(tensor->dim()), static_cast<int32_t>(tensor->scalar_type()),
             static_cast<int32_t>(tensor->device().type()), tensor->device().index(), tensor->is_contiguous()};
  });
}

SEGTRAIN_API void segtrain_tensor_sizes(const at::Tensor* tensor, int64_t* sizes) {
  std::copy(tensor->sizes().begin(), tensor->sizes().end(), sizes);
}

SEGTRAIN_API Status segtrain_tensor_data(const at::Tensor* tensor, void** data) {
  return guarded([&] { *data = tensor->data_ptr(); });
}

SEGTRAIN_API Status segtrain_tensor_requires_grad(Handle tensor, int32_t value) {
  return guarded([&] { tensor->requires_grad_(value != 0); });
}

SEGTRAIN_API Status segtrain_tensor_backward(Handle tensor) {
  return guarded([&] { torch::autograd::backward({*tensor}, {}); });
}

SEGTRAIN_API Status segtrain_tensor_grad(const at::Tensor* tensor, Handle* result) {
  return guarded([&] { *result = tensor->grad().defined() ? new at::Tensor(tensor->grad()) : nullptr; });
}

SEGTRAIN_API Status segtrain_tensor_set_grad(Handle tensor, const at::Tensor* grad) {
  return guarded([&] { tensor->mutable_grad() = grad ? *grad : at::Tensor(); });
}
