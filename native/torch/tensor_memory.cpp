// Memory of tensors on the CPU, from one region that only they use. A step asks for the same blocks as the step before; given back to the
// kernel each would be zeroed anew, and kept by malloc they are cut up for small blocks that live longer.
#include "abi.h"
#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>
#include <map>
#include <mutex>
#include <set>
#include <unordered_map>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

namespace {

// Below this malloc is as good.
constexpr size_t kSmall = 1 << 16;
constexpr size_t kLine = 64;

// Best fit; neighbours that are free become one. Not thread-safe.
class Region {
 public:
  Region(char* begin, size_t size) : begin_(begin), end_(begin + size), top_(begin) {}

  bool holds(const void* block) const { return block >= begin_ && block < end_; }

  // Null when there is no room.
  char* take(size_t wanted) {
    // A line more than that, so that arrays of one size do not fall on the same lines of the processor's caches.
    size_t size = (wanted / kLine + 2) * kLine;
    auto best = by_size_.lower_bound({size, nullptr});
    if (best == by_size_.end()) return grow(size);
    auto [room, block] = *best;
    remove(block, room);
    if (room > size) add(block + size, room - size);
    return used(block, size);
  }

  void give(char* block) {
    auto found = used_.find(block);
    size_t size = found->second;
    used_.erase(found);
    auto next = by_place_.lower_bound(block);
    if (next != by_place_.end() && next->first == block + size) {
      size += next->second;
      remove(next->first, next->second);
    }
    next = by_place_.lower_bound(block);
    if (next != by_place_.begin() && std::prev(next)->first + std::prev(next)->second == block) {
      auto [place, length] = *std::prev(next);
      remove(place, length);
      block = place;
      size += length;
    }
    add(block, size);
  }

  // Pages that are free go back to the kernel; what is taken of them later is zeroed anew.
  void return_pages() {
    intptr_t page = sysconf(_SC_PAGESIZE);
    for (auto [block, size] : by_place_) {
      auto begin = reinterpret_cast<intptr_t>(block), end = begin + static_cast<intptr_t>(size);
      auto first = (begin + page - 1) / page * page, last = end / page * page;
      if (first < last) madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
    }
  }

 private:
  char* grow(size_t size) {
    auto block = top_;
    size_t tail = 0;
    if (!by_place_.empty() && by_place_.rbegin()->first + by_place_.rbegin()->second == top_) {
      tail = by_place_.rbegin()->second;
      block -= tail;
    }
    if (static_cast<size_t>(end_ - block) < size) return nullptr;
    if (tail) remove(block, tail);
    top_ = block + size;
    return used(block, size);
  }

  char* used(char* block, size_t size) {
    used_.emplace(block, size);
    return block;
  }

  void add(char* block, size_t size) {
    by_place_.emplace(block, size);
    by_size_.emplace(size, block);
  }

  void remove(char* block, size_t size) {
    by_place_.erase(block);
    by_size_.erase({size, block});
  }

  char *begin_, *end_, *top_;
  std::map<char*, size_t> by_place_;
  std::set<std::pair<size_t, char*>> by_size_;
  std::unordered_map<char*, size_t> used_;
};

class TensorMemory : public c10::Allocator {
 public:
  explicit TensorMemory(Region region) : region_(std::move(region)) { s_instance = this; }

  // const before LibTorch 2.3 and not since: one of the two overrides.
  c10::DataPtr allocate(size_t size) const { return const_cast<TensorMemory*>(this)->allocate(size); }

  c10::DataPtr allocate(size_t size) {
    char* block = nullptr;
    if (size >= kSmall) {
      std::lock_guard<std::mutex> lock(mutex_);
      block = region_.take(size);
    }
    void* data = block ? block : c10::alloc_cpu(size);
    return {data, data, &release, c10::Device(c10::DeviceType::CPU)};
  }

  c10::DeleterFnPtr raw_deleter() const override { return &release; }

  // Pure virtual since LibTorch 2.3.
  void copy_data(void* to, const void* from, size_t size) const { std::memcpy(to, from, size); }

  void return_pages() {
    std::lock_guard<std::mutex> lock(mutex_);
    region_.return_pages();
  }

  // Null where there is none.
  static TensorMemory* s_instance;

 private:
  static void release(void* block) {
    if (!s_instance->region_.holds(block)) return c10::free_cpu(block);
    std::lock_guard<std::mutex> lock(s_instance->mutex_);
    s_instance->region_.give(static_cast<char*>(block));
  }

  std::mutex mutex_;
  Region region_;
};

TensorMemory* TensorMemory::s_instance = nullptr;

}  // namespace

// Whether tensors have a region of their own from now on: as many addresses as the machine has memory, none of which counts before it is
// written to. Not where addresses are limited. It lives as long as the process.
SEGTRAIN_API int32_t segtrain_pool_tensors() {
  if (TensorMemory::s_instance) return 1;
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur != RLIM_INFINITY) return 0;
  size_t size = static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
  void* begin = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (begin == MAP_FAILED) return 0;
  c10::SetCPUAllocator(new TensorMemory(Region(static_cast<char*>(begin), size)));
  return 1;
}

// Gives the pages of freed tensors back to the kernel.
SEGTRAIN_API void segtrain_return_pages() {
  if (TensorMemory::s_instance) TensorMemory::s_instance->return_pages();
}
