using SegTrain.Losses;

namespace SegTrain.Tests.Losses;

/// <summary>Expressions: what is read, what is refused, and in which words.</summary>
public sealed class LossParserTests
{
    [Theory]
    [InlineData("tversky", "tversky")]
    [InlineData("tversky()", "tversky")]
    [InlineData(" tversky ( alpha = .2 , fn_weight=0.9 ) ", "tversky(fp_weight=0.2, fn_weight=0.9)")]
    [InlineData("0.5*bce+0.5*dice(smooth=1)", "0.5*bce + 0.5*dice(smooth=1)")]
    [InlineData("1*dice + 2 * Jaccard", "dice + 2*iou")]
    [InlineData("1e-3*BCE_dice(dice_weight=1e-7)", "0.001*bce-dice(dice_weight=1e-7)")]
    [InlineData("ce(class_weights=[1, 2 ,0.5])", "ce(class_weights=[1,2,0.5])")]
    [InlineData("bce(pos_weight=3)", "bce(pos_weight=3)")]
    [InlineData("bce(pos_weight=[3, 4])", "bce(pos_weight=[3,4])")]
    [InlineData("focal(alpha=0.25) + focal(alpha=none)", "focal(alpha=0.25) + focal")]
    [InlineData("dice(log_loss=true, empty=Zero, classes=present, include_background=false)",
        "dice(log_loss=true, empty=zero, classes=present, include_background=false)")]
    [InlineData("dice(smooth_nr=0, classes=[2,1])", "dice(smooth_nr=0, classes=[2,1])")]
    [InlineData("lovasz(classes=all, reduction=batch)", "lovasz(reduction=batch, classes=all)")]
    [InlineData("combo(offset=false)", "combo(offset=false)")]
    [InlineData("cldice(iterations=5)", "cldice(iterations=5)")]
    [InlineData("Linear ( 1,0 , epochs = 20 )*ce+0.5*dice", "linear(1, 0, epochs=20)*ce + 0.5*dice")]
    [InlineData("cosine(0.01,1e-3,epochs=5)*bce + step(0, 2, epoch=3) * dice(smooth=1)",
        "cosine(0.01, 0.001, epochs=5)*bce + step(0, 2, epochs=3)*dice(smooth=1)")]
    public void Is_read_and_written_in_canonical_form(string text, string canonical)
    {
        var expression = LossExpression.Parse(text);
        Assert.Equal(canonical, expression.ToString());
        Assert.Equal(canonical, LossExpression.Parse(canonical).ToString());
        var spelledOut = LossExpression.Parse(expression.FullText);
        Assert.Equal(canonical, spelledOut.ToString());
        Assert.Equal(expression.Terms.Select(term => term.Weight), spelledOut.Terms.Select(term => term.Weight));
        Assert.Equal(expression.Terms.Select(term => term.Settings), spelledOut.Terms.Select(term => term.Settings));
    }

    [Theory]
    [InlineData("", 1, "the expression is empty: write name, weight*name")]
    [InlineData("  ", 3, "the losses are b")]
    [InlineData("tverski", 1, "unknown loss 'tverski': did you mean 'tversky'? The losses are bce,")]
    [InlineData("dice + jacard", 8, "did you mean 'jaccard'?")]
    [InlineData("wxyz", 1, "unknown loss 'wxyz'. The losses are")]
    [InlineData("dice(smoth=1)", 6, "dice has no parameter 'smoth': did you mean 'smooth'? Its parameters are overlap, smooth,")]
    [InlineData("tversky(apha=1)", 9, "did you mean 'alpha'?")]
    [InlineData("dice(smooth=a)", 13, "smooth=a: it takes a number from 0")]
    [InlineData("dice(smooth=[1])", 13, "smooth=1: it takes a number from 0")]
    [InlineData("dice(smooth=-1)", 13, "smooth=-1 is out of range: it takes a number from 0")]
    [InlineData("dice(smooth=1e999)", 13, "out of range")]
    [InlineData("dice(eps=0)", 10, "eps=0 is out of range: it takes a number above 0 to 1")]
    [InlineData("dice(empty=zeros)", 12, "empty=zeros: it takes zero | smooth | penalize")]
    [InlineData("dice(empty=0)", 12, "it takes zero | smooth | penalize")]
    [InlineData("dice(log_loss=1)", 15, "log_loss=1: it takes true | false")]
    [InlineData("dice(smooth=none)", 13, "smooth=none: it takes a number from 0")]
    [InlineData("dice(classes=some)", 14, "it takes all | present | a list of classes")]
    [InlineData("dice(classes=[])", 14, "empty list")]
    [InlineData("dice(classes=[1,1])", 14, "names a class twice")]
    [InlineData("dice(classes=[0.5])", 14, "not a list of class numbers")]
    [InlineData("bce(pos_weight=[])", 16, "out of range")]
    [InlineData("bce(label_smoothing=0.6)", 21, "it takes a number from 0 to 0.5")]
    [InlineData("dice(smooth=1, smooth=2)", 16, "smooth is given twice: keep one")]
    [InlineData("tversky(alpha=1, fp_weight=2)", 18, "fp_weight is given twice")]
    [InlineData("dice(smooth=1", 5, "this parenthesis is not closed: write )")]
    [InlineData("dice(", 5, "this parenthesis is not closed")]
    [InlineData("dice)", 5, "this parenthesis closes nothing")]
    [InlineData("ce(class_weights=[1,2", 18, "this list is not closed: write ]")]
    [InlineData("ce(class_weights=[1,])", 21, "a number is missing here")]
    [InlineData("ce(class_weights=[1,two])", 21, "a number is missing here")]
    [InlineData("dice(smooth=1.2.3)", 13, "'1.2.3' is not a number")]
    [InlineData("dice(smooth=)", 13, "a value is missing here")]
    [InlineData("dice(smooth 1)", 13, "a parameter is followed by = and its value, such as smooth=0")]
    [InlineData("dice(smooth=1 eps=2)", 15, "parameters are separated by commas")]
    [InlineData("dice(=1)", 6, "the name of a parameter is missing here: dice has overlap,")]
    [InlineData("dice +", 7, "the name of a loss is missing here")]
    [InlineData("+ dice", 1, "the name of a loss is missing here")]
    [InlineData("dice bce", 6, "'b' is not expected here: write name, weight*name")]
    [InlineData("dice*0.5", 5, "a weight stands before the name")]
    [InlineData("0.5 dice", 5, "a weight is followed by *")]
    [InlineData("dice - bce", 6, "terms are added, never subtracted")]
    [InlineData("-1*dice", 1, "a weight must be above 0")]
    [InlineData("0*dice", 1, "a weight must be above 0")]
    [InlineData("cldice(iterations=2.5)", 19, "iterations=2.5: it takes a whole number from 0 to 1000")]
    [InlineData("linaer(1, 0, epochs=20)*ce", 1, "unknown loss 'linaer': did you mean 'linear'?")]
    [InlineData("linear*ce", 7, "linear takes two weights and a number of epochs, such as linear(1, 0.1, epochs=20)")]
    [InlineData("linear(1)*ce", 9, "linear takes two weights and a number of epochs")]
    [InlineData("step(1, 0)*ce", 10, "step takes two weights and a number of epochs")]
    [InlineData("step(1, 0, steps=3)*ce", 12, "step takes two weights and a number of epochs")]
    [InlineData("step(1, 0, 3)*ce", 12, "step takes two weights and a number of epochs")]
    [InlineData("linear(1, 0, epochs=20", 7, "this parenthesis is not closed")]
    [InlineData("linear(1", 7, "this parenthesis is not closed")]
    [InlineData("linear(1, 0, epochs=2.5)*ce", 21, "epochs=2.5: it takes a whole number from 1")]
    [InlineData("linear(1, 0, epochs=0)*ce", 21, "epochs=0: it takes a whole number from 1")]
    [InlineData("linear(1, -1, epochs=5)*ce", 11, "a weight that changes must stay at 0 or above")]
    [InlineData("linear(0, 0, epochs=5)*ce", 1, "a weight must be above 0 in some epoch")]
    [InlineData("linear(a, 0, epochs=5)*ce", 8, "a number is missing here")]
    [InlineData("linear(1, 0, epochs=5) ce", 24, "a weight is followed by *")]
    [InlineData("0.5*linear(1, 0, epochs=5)*ce", 5, "a term has one weight: take this one away")]
    [InlineData("ce*linear(1, 0, epochs=5)", 3, "a weight stands before the name")]
    [InlineData("linear(1, 0, epochs=5)*ce", 1, "no loss has a weight in epoch 6: give one a weight above 0 there")]
    [InlineData("linear(0, 1, epochs=5)*ce", 1, "no loss has a weight in epoch 1")]
    [InlineData("step(1, 0, epochs=5)*ce + step(0, 1, epochs=9)*dice", 1, "no loss has a weight in epoch 6")]
    public void Is_refused_with_place_and_advice(string text, int column, string message)
    {
        var failure = Assert.Throws<LossException>(() => LossExpression.Parse(text));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Contains($"(column {column} of '{text}')", failure.Message, StringComparison.Ordinal);
        Assert.Equal((column, text), (failure.Column, failure.Expression));
    }

    [Theory]
    [InlineData("dice + ce", SegmentationMode.Multilabel, 8, "ce in a multilabel task: the labels of a multilabel task do not exclude")]
    [InlineData("ce(class_weights=[1,2])", SegmentationMode.Multiclass, 1, "ce: class_weights has 2 numbers for 3 classes")]
    [InlineData("ce(class_weights=[0,0,0])", SegmentationMode.Multiclass, 1, "weighs nothing")]
    [InlineData("ce(class_weights=[1,2,3])", SegmentationMode.Binary, 1, "class_weights has 3 numbers for 2 classes")]
    [InlineData("dice(class_weights=[1,2])", SegmentationMode.Binary, 1, "dice: class_weights in a binary task")]
    [InlineData("dice(class_weights=[1])", SegmentationMode.Multiclass, 1, "class_weights has 1 numbers for 3 classes")]
    [InlineData("dice(class_weights=[1,0,1], classes=[1])", SegmentationMode.Multiclass, 1, "leaves no class that counts")]
    [InlineData("iou(classes=[0,3])", SegmentationMode.Multiclass, 1, "names a class beyond the last, 2")]
    [InlineData("iou(include_background=false)", SegmentationMode.Multilabel, 1, "include_background=false in a multilabel task")]
    [InlineData("focal(alpha=0.25)", SegmentationMode.Multiclass, 1, "where there is no positive class: give class_weights")]
    [InlineData("focal(class_weights=[1,2])", SegmentationMode.Binary, 1, "class_weights in a binary task: give alpha")]
    [InlineData("bce(pos_weight=[1,2])", SegmentationMode.Multiclass, 1, "pos_weight has 2 numbers for 3 channels")]
    [InlineData("focal(mode=ovr, class_weights=[1,2,3])", SegmentationMode.Multiclass, 1, "class_weights with mode=ovr: give alpha")]
    [InlineData("gwdl(distances=[0,1,1,0])", SegmentationMode.Multiclass, 1, "distances has 4 numbers: 3 classes need 3 rows of 3")]
    [InlineData("gwdl(distances=[1,1,1,0])", SegmentationMode.Binary, 1, "a class has the distance 0 to itself")]
    [InlineData("gwdl", SegmentationMode.Multilabel, 1, "have no distance from each other: use dice")]
    [InlineData("lovasz-sigmoid", SegmentationMode.Multiclass, 1, "use lovasz")]
    [InlineData("bce + nll", SegmentationMode.Binary, 7, "nll in a binary task: one channel has no logarithm for the background: use bce")]
    [InlineData("exp-log(class_weights=[1,2,3])", SegmentationMode.Multilabel, 1, "class_weights in a multilabel task: leave it out")]
    [InlineData("kaggle-iou", SegmentationMode.Multiclass, 1, "the copied code takes one row of sigmoids")]
    [InlineData("kaggle-dice-multiclass(weights=[1,2])", SegmentationMode.Multiclass, 1, "has 2 numbers for 3 classes")]
    [InlineData("kaggle-dice-multiclass(weights=[1,2,3], size_average=true)", SegmentationMode.Multilabel, 1, "give one of them")]
    [InlineData("lovasz(classes=[7])", SegmentationMode.Multilabel, 1, "names a class beyond the last, 2")]
    public void Is_refused_for_a_task_with_the_reason(string text, SegmentationMode mode, int column, string message)
    {
        var task = new LossTask(mode, mode == SegmentationMode.Binary ? 2 : 3);
        var failure = Assert.Throws<LossException>(() => LossExpression.Parse(text).Build(task));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Equal(column, failure.Column);
    }

    [Theory]
    [InlineData(SegmentationMode.Binary, 3)]
    [InlineData(SegmentationMode.Multiclass, 1)]
    [InlineData(SegmentationMode.Multilabel, 0)]
    public void A_task_has_the_classes_of_its_mode(SegmentationMode mode, int classes) =>
        Assert.Contains(" task ", Assert.Throws<LossException>(() => new LossTask(mode, classes)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_learning_rate_of_a_sum_is_the_smallest_of_its_terms()
    {
        var task = new LossTask(SegmentationMode.Binary, 2);
        var rates = LossCatalog.All.ToDictionary(loss => loss.Name, loss => loss.DefaultLearningRate);
        Assert.All(rates.Values, rate => Assert.InRange(rate, 1e-4, 1e-2));
        Assert.Equal(Math.Min(rates["bce"], rates["lovasz"]), LossExpression.Parse("bce + lovasz").Build(task).DefaultLearningRate);
    }
}
