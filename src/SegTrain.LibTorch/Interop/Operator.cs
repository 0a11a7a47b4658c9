using System.Runtime.InteropServices;
using TorchSharp;

namespace SegTrain.LibTorch.Interop;

/// <summary>One operator of LibTorch, found by its schema name at its first call.</summary>
/// <param name="name">Such as <c>aten::add</c>.</param>
/// <param name="overload">Such as <c>Tensor</c>; empty for the overload without a name.</param>
internal sealed unsafe class Operator(string name, string overload = "")
{
    private nint _handle;

    internal torch.Tensor Call(params ReadOnlySpan<Argument> arguments)
    {
        nint result = 0;
        Run(arguments, &result, 1);
        return new torch.Tensor(result);
    }

    /// <summary>For operators that work in place: the target itself, so that no second handle is made.</summary>
    internal torch.Tensor CallInPlace(params ReadOnlySpan<Argument> arguments)
    {
        nint result = 0;
        Run(arguments, &result, 1);
        Native.segtrain_tensor_free(result);
        return (torch.Tensor)arguments[0].Object!;
    }

    internal (torch.Tensor First, torch.Tensor Second) CallPair(params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc nint[2];
        Run(arguments, results, 2);
        return (new torch.Tensor(results[0]), new torch.Tensor(results[1]));
    }

    internal (torch.Tensor First, torch.Tensor Second, torch.Tensor Third) CallTriple(params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc nint[3];
        Run(arguments, results, 3);
        return (new torch.Tensor(results[0]), new torch.Tensor(results[1]), new torch.Tensor(results[2]));
    }

    private void Run(ReadOnlySpan<Argument> arguments, nint* results, int room)
    {
        if (_handle == 0) _handle = Find();
        var values = stackalloc NativeValue[arguments.Length];
        var listed = 0;
        foreach (ref readonly var argument in arguments)
        {
            if (argument.Kind is Kind.Ints or Kind.Tensors) listed += (int)argument.Bits;
        }
        var lists = stackalloc long[listed + 1];
        for (var i = 0; i < arguments.Length; i++)
        {
            ref readonly var argument = ref arguments[i];
            values[i] = new NativeValue { Kind = argument.Kind, Payload = argument.Bits };
            switch (argument.Object)
            {
                case torch.Tensor tensor:
                    values[i].Payload = tensor.Handle;
                    break;
                case long[] numbers:
                    Place(ref values[i], numbers.Length, ref lists);
                    numbers.CopyTo(new Span<long>((void*)values[i].Payload, numbers.Length));
                    break;
                case torch.Tensor[] tensors:
                    Place(ref values[i], tensors.Length, ref lists);
                    for (var t = 0; t < tensors.Length; t++) ((nint*)values[i].Payload)[t] = tensors[t].Handle;
                    break;
                default:
                    break;
            }
        }
        var count = room;
        var status = Native.segtrain_call(_handle, values, arguments.Length, results, &count);
        // The finalizer of an argument must not free it under the call.
        foreach (ref readonly var argument in arguments) GC.KeepAlive(argument.Object);
        Native.Check(status);
    }

    private static void Place(ref NativeValue value, int length, ref long* room)
    {
        value.Length = length;
        value.Payload = (long)room;
        room += length;
    }

    private nint Find()
    {
        var found = Native.segtrain_operator(name, overload);
        return found != 0 ? found : throw new ExternalException($"this LibTorch has no operator {name}.{overload}");
    }
}
