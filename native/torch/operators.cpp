// Any operator by its schema name, through the dispatcher: autograd, defaults and every device come with it.
#include "abi.h"
#include <ATen/core/dispatch/Dispatcher.h>

using c10::IValue;

namespace {

template <class T>
c10::List<T> list_of(const Value& value) {
  return c10::List<T>(c10::ArrayRef<T>(reinterpret_cast<const T*>(value.payload), value.length));
}

IValue to_ivalue(const Value& value) {
  switch (value.kind) {
    case Kind::None: return {};
    case Kind::Tensor: return *reinterpret_cast<Handle>(value.payload);
    case Kind::Int: return value.payload;
    case Kind::Double: {
      double number;
      std::memcpy(&number, &value.payload, sizeof number);
      return number;
    }
    case Kind::Bool: return value.payload != 0;
    case Kind::Ints: return list_of<int64_t>(value);
    case Kind::Tensors: {
      c10::List<at::Tensor> tensors;
      tensors.reserve(value.length);
      auto* handles = reinterpret_cast<const Handle*>(value.payload);
      for (int32_t i = 0; i < value.length; ++i) tensors.push_back(*handles[i]);
      return tensors;
    }
    case Kind::Device: return unpack_device(value.payload);
  }
  TORCH_CHECK(false, "unknown kind of argument");
}

}  // namespace

// The operator's handle, valid for the life of the process; null when this LibTorch has no such overload.
SEGTRAIN_API const c10::OperatorHandle* segtrain_operator(const char* name, const char* overload) {
  auto found = c10::Dispatcher::singleton().findSchema({name, overload});
  return found ? new c10::OperatorHandle(*found) : nullptr;
}

// Calls with the given arguments, defaults for the rest. Results must be tensors; `count` is the room, then the number of results.
SEGTRAIN_API Status segtrain_call(const c10::OperatorHandle* op, const Value* arguments, int32_t length, Handle* results, int32_t* count) {
  return guarded([&] {
    const auto& declared = op->schema().arguments();
    torch::jit::Stack stack;
    stack.reserve(declared.size());
    for (int32_t i = 0; i < length; ++i) stack.push_back(to_ivalue(arguments[i]));
    for (size_t i = length; i < declared.size(); ++i) {
      TORCH_CHECK(declared[i].default_value(), op->schema().name(), ": argument '", declared[i].name(), "' is missing");
      stack.push_back(*declared[i].default_value());
    }
    op->callBoxed(&stack);
    TORCH_CHECK(static_cast<int32_t>(stack.size()) <= *count, op->schema().name(), ": too many results");
    *count = static_cast<int32_t>(stack.size());
    for (int32_t i = 0; i < *count; ++i) results[i] = new at::Tensor(std::move(stack[i]).toTensor());
  });
}
