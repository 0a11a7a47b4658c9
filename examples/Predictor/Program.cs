// dotnet run --project examples/Predictor -- RUN image.png mask.png
// A model that 'segtrain fit' trained, without a shell in between; the mask has the index of each pixel's class and its colours.
using System.Globalization;
using SegTrain.Predictor;

try
{
    // It takes a while to load and may serve many images, from many threads.
    using var predictor = Predictor.Load(args[0]);
    var prediction = predictor.Predict(args[1]);
    prediction.SaveMask(args[2]);
    for (var i = 0; i < predictor.Classes.Count; i++)
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{predictor.Classes[i].Name} {prediction.ShareOf(i):P1}"));
    return 0;
}
catch (PredictorException refused)
{
    Console.Error.WriteLine(refused.Message);
    return 1;
}
