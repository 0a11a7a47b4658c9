using System.Runtime.InteropServices;

namespace SegTrain.Tests.Support;

/// <summary>What a call of LibTorch throws.</summary>
internal sealed class NativeFailure(string message) : ExternalException(message);
