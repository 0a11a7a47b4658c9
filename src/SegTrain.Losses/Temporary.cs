#pragma warning disable
using static TorchSharp.torch;
namespace SegTrain.Losses;
internal enum SegmentationMode { Binary, Multilabel, Multiclass }
internal sealed record LossTask(SegmentationMode Mode, int Classes, int? IgnoreIndex);
internal sealed class LossExpression { public static LossExpression Parse(string s) => new(); public Loss Build(LossTask t) => new(t); }
internal sealed class Loss(LossTask task) { public double DefaultLearningRate => 2e-3; public Tensor Compute(Tensor logits, Tensor targets) {
  using var s = NewDisposeScope();
  if (task.Mode == SegmentationMode.Binary) { var y = targets.eq(1).to(float32).unsqueeze(1); var v = targets.ne(255).to(float32).unsqueeze(1); return nn.functional.binary_cross_entropy_with_logits(logits, y, v).MoveToOuterDisposeScope(); }
  return nn.functional.cross_entropy(logits, targets.to(int64), ignore_index: 255).MoveToOuterDisposeScope(); } }
