// What region losses are made of, in one walk through probabilities and labels: the sums of p over the pixels of each class and over all, and
// the number of the class's pixels. Backward reads the labels alone.
#include "layer.h"

namespace {

// Sums are float within a block and double over blocks; a span of blocks is worth a thread, and the same whatever their number.
constexpr int64_t kBlock = 512;
constexpr int64_t kSpan = 16384;

struct Sums {
  double overlap = 0, prediction = 0, target = 0;
};

struct Labels {
  int32_t inside, ignored;
};

SEGTRAIN_VECTORIZED void add_block(const float* p, const uint8_t* t, int64_t n, Labels labels, Sums& sums) {
  float overlap = 0, prediction = 0, target = 0;
// Several sums of each kind, so that one addition need not wait for the other.
#pragma omp simd simdlen(32) reduction(+ : overlap, prediction, target)
  for (int64_t i = 0; i < n; ++i) {
    int32_t label = t[i];
    float inside = label == labels.inside;
    overlap += inside * p[i];
    prediction += label == labels.ignored ? 0 : p[i];
    target += inside;
  }
  sums.overlap += overlap;
  sums.prediction += prediction;
  sums.target += target;
}

SEGTRAIN_VECTORIZED void gradient(const uint8_t* t, float* dp, int64_t n, Labels labels, float overlap, float prediction) {
#pragma omp simd
  for (int64_t i = 0; i < n; ++i) {
    int32_t label = t[i];
    dp[i] = (label == labels.ignored ? 0 : prediction) + (label == labels.inside ? overlap : 0);
  }
}

// Planes have 1 inside, class numbers the number of the channel.
struct Rows {
  int64_t channels, planes, pixels, spans;
  int32_t ignored;

  Rows(at::IntArrayRef p, at::IntArrayRef t, int64_t ignore)
      : channels(p[1]), planes(t[1]), pixels(p[2]), spans((pixels + kSpan - 1) / kSpan), ignored(ignore) {}

  Labels labels(int64_t row) const {
    int32_t inside = planes == channels ? 1 : row % channels;
    return {inside == ignored ? -1 : inside, ignored};
  }

  // body(row, the span's number, place in p, place in t, length)
  template <class F>
  void each(int64_t images, F&& body) const {
    at::parallel_for(0, images * channels * spans, 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        int64_t row = i / spans, first = i % spans * kSpan;
        int64_t plane = planes == channels ? row : row / channels;
        body(row, i, row * pixels + first, plane * pixels + first, std::min(kSpan, pixels - first));
      }
    });
  }
};

struct RegionSums : torch::autograd::Function<RegionSums> {
  static variable_list forward(AutogradContext* context, const Tensor& probabilities, const Tensor& targets, int64_t ignore) {
    Rows rows(probabilities.sizes(), targets.sizes(), ignore);
    int64_t images = probabilities.size(0);
    std::vector<Sums> spans(images * rows.channels * rows.spans);
    auto* p = probabilities.data_ptr<float>();
    auto* t = targets.data_ptr<uint8_t>();
    rows.each(images, [&](int64_t row, int64_t span, int64_t at_p, int64_t at_t, int64_t length) {
      for (int64_t i = 0; i < length; i += kBlock) add_block(p + at_p + i, t + at_t + i, std::min(kBlock, length - i), rows.labels(row), spans[span]);
    });

    auto options = probabilities.options();
    auto overlap = at::empty({images, rows.channels}, options), prediction = at::empty_like(overlap), target = at::empty_like(overlap);
    for (int64_t row = 0; row < images * rows.channels; ++row) {
      Sums sums;
      for (int64_t i = 0; i < rows.spans; ++i) {
        auto& span = spans[row * rows.spans + i];
        sums.overlap += span.overlap;
        sums.prediction += span.prediction;
        sums.target += span.target;
      }
      overlap.data_ptr<float>()[row] = sums.overlap;
      prediction.data_ptr<float>()[row] = sums.prediction;
      target.data_ptr<float>()[row] = sums.target;
    }
    context->save_for_backward({targets});
    context->saved_data["sizes"] = probabilities.sizes();
    context->saved_data["ignore"] = ignore;
    context->mark_non_differentiable({target});
    return {overlap, prediction, target};
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    auto targets = context->get_saved_variables()[0];
    auto sizes = context->saved_data["sizes"].toIntVector();
    Rows rows(sizes, targets.sizes(), context->saved_data["ignore"].toInt());
    auto result = at::empty(sizes, gradients[0].options());
    auto overlap = gradients[0].contiguous(), prediction = gradients[1].contiguous();
    auto *d_overlap = overlap.data_ptr<float>(), *d_prediction = prediction.data_ptr<float>(), *dp = result.data_ptr<float>();
    auto* t = targets.data_ptr<uint8_t>();
    rows.each(sizes[0], [&](int64_t row, int64_t, int64_t at_p, int64_t at_t, int64_t length) {
      gradient(t + at_t, dp + at_p, length, rows.labels(row), d_overlap[row], d_prediction[row]);
    });
    return {result, {}, {}};
  }
};

// Probabilities (N, C, P), float32; targets (N, C, P) of 0 and 1 or (N, 1, P) of class numbers, bytes; all on the CPU. To (N, C) each.
std::tuple<Tensor, Tensor, Tensor> region_sums(const Tensor& probabilities, const Tensor& targets, int64_t ignore) {
  TORCH_CHECK(targets.size(0) == probabilities.size(0) && targets.size(2) == probabilities.size(2) && (targets.size(1) == 1 || targets.size(1) == probabilities.size(1)),
              "targets ", targets.sizes(), " do not go with probabilities ", probabilities.sizes());
  auto sums = RegionSums::apply(probabilities.contiguous(), targets.contiguous(), ignore);
  return {sums[0], sums[1], sums[2]};
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(segtrain, library) {
  library.def("region_sums(Tensor probabilities, Tensor targets, int ignore) -> (Tensor, Tensor, Tensor)", &region_sums);
}
