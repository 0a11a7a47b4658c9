using System.Runtime.CompilerServices;
using SegTrain.Core.Engine;
using Serilog.Core;

namespace SegTrain.Tests.Support;

/// <summary>LibTorch as the program sets it up, before a test touches a tensor.</summary>
internal static class LoadedEngine
{
    [ModuleInitializer]
    internal static void Load() => TorchEngine.Start(Logger.None);
}
