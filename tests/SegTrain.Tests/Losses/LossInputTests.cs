using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Tests.Losses;

/// <summary>Batches that do not fit the task.</summary>
public sealed class LossInputTests
{
    [Theory]
    [InlineData(SegmentationMode.Binary, new long[] { 2, 2, 4, 4 }, new long[] { 2, 4, 4 }, "a binary task of 2 classes needs (N, 1, H, W)")]
    [InlineData(SegmentationMode.Binary, new long[] { 2, 4, 4 }, new long[] { 2, 4, 4 }, "logits have shape (2, 4, 4)")]
    [InlineData(SegmentationMode.Binary, new long[] { 2, 1, 4, 4 }, new long[] { 2, 4, 5 }, "targets are Byte of shape (2, 4, 5)")]
    [InlineData(SegmentationMode.Multiclass, new long[] { 2, 3, 4, 4 }, new long[] { 2, 1, 4, 4 }, "class numbers (N, H, W) of type uint8 or int64")]
    [InlineData(SegmentationMode.Multiclass, new long[] { 2, 3, 4, 4 }, new long[] { 2, 3, 4, 4 }, "or floating probabilities")]
    [InlineData(SegmentationMode.Multilabel, new long[] { 2, 3, 4, 4 }, new long[] { 2, 4, 4 }, "needs planes (N, 3, H, W)")]
    public void A_wrong_shape_is_named(SegmentationMode mode, long[] logits, long[] targets, string message)
    {
        using var scope = NewDisposeScope();
        var loss = LossExpression.Parse("dice").Build(new LossTask(mode, mode == SegmentationMode.Binary ? 2 : 3));
        var failure = Assert.Throws<LossException>(() => loss.Compute(zeros(logits), zeros(targets, ScalarType.Byte)));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whole_numbers_are_no_logits()
    {
        using var scope = NewDisposeScope();
        var loss = LossExpression.Parse("dice").Build(new LossTask(SegmentationMode.Binary, 2));
        var failure = Assert.Throws<LossException>(() => loss.Compute(zeros([1, 1, 2, 2], int64), zeros([1, 2, 2], ScalarType.Byte)));
        Assert.Contains("logits are Int64", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SegmentationMode.Binary, null, 255, "the value 255, but this binary task has 0 to 1: a 0/255 mask: divide it by 255")]
    [InlineData(SegmentationMode.Binary, 255L, 2, "number the classes from 0, or name the value that is to be ignored")]
    [InlineData(SegmentationMode.Multiclass, 255L, 3, "the value 3, but this multiclass task has 0 to 2")]
    [InlineData(SegmentationMode.Multiclass, 255L, -1, "the value -1")]
    public void A_value_that_is_no_class_is_named_with_advice(SegmentationMode mode, long? ignored, long value, string message)
    {
        using var scope = NewDisposeScope();
        var loss = LossExpression.Parse("dice").Build(new LossTask(mode, mode == SegmentationMode.Binary ? 2 : 3, ignored));
        var failure = Assert.Throws<LossException>(() => loss.CheckTargets(tensor((long[])[0, 1, value, 0], [1, 2, 2])));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SegmentationMode.Binary, 255L, 2, "the value 2, but this binary task has 0 to 1")]
    [InlineData(SegmentationMode.Multilabel, null, 255, "a 0/255 mask: divide it by 255")]
    [InlineData(SegmentationMode.Multiclass, 254L, 255, "the value 255, but this multiclass task has 0 to 2")]
    [InlineData(SegmentationMode.Multiclass, -1L, 3, "the value 3, but")]
    public void Bytes_that_are_no_class_are_refused_at_once(SegmentationMode mode, long? ignored, long value, string message)
    {
        using var scope = NewDisposeScope();
        var task = new LossTask(mode, mode == SegmentationMode.Binary ? 2 : 3, ignored);
        var targets = zeros(mode == SegmentationMode.Multilabel ? [1, 3, 2, 2] : [1, 2, 2], ScalarType.Byte);
        targets.flatten().narrow(0, 3, 1).fill_(value);
        var loss = LossExpression.Parse("bce + dice").Build(task);
        var failure = Assert.Throws<LossException>(() => loss.Compute(zeros([1, task.Channels, 2, 2]), targets));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_ignored_value_is_no_fault()
    {
        using var scope = NewDisposeScope();
        var loss = LossExpression.Parse("dice").Build(new LossTask(SegmentationMode.Binary, 2));
        loss.CheckTargets(tensor((long[])[0, 1, 255, 0], [1, 2, 2]));
    }

    [Fact]
    public void The_value_lives_in_the_scope_of_the_caller()
    {
        Tensor value;
        var loss = LossExpression.Parse("dice + bce").Build(new LossTask(SegmentationMode.Binary, 2));
        using (NewDisposeScope())
        {
            value = loss.Compute(zeros([1, 1, 2, 2]), zeros([1, 2, 2], ScalarType.Byte));
            Assert.False(value.IsInvalid);
        }
        Assert.True(value.IsInvalid);
    }
}
