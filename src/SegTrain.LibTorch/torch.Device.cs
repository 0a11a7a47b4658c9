namespace TorchSharp;

public enum DeviceType
{
    CPU = 0,
    CUDA = 1,
}

public static partial class torch
{
    /// <summary>A kind of device and, from 0, which one; index -1 is the current one.</summary>
    public class Device
    {
        public Device(string description)
        {
            var parts = description.Split(':', 2);
            type = parts[0] switch
            {
                "cpu" => DeviceType.CPU,
                "cuda" => DeviceType.CUDA,
                _ => throw new ArgumentException($"unknown device '{description}'", nameof(description)),
            };
            index = parts.Length == 2 ? int.Parse(parts[1]) : -1;
        }

        public Device(DeviceType deviceType, int index = -1) => (type, this.index) = (deviceType, index);

        internal DeviceType type { get; }

        public int index { get; }

        internal long Packed => (byte)type | ((long)index << 8);

        public override string ToString()
        {
            var name = type == DeviceType.CPU ? "cpu" : "cuda";
            return index < 0 ? name : $"{name}:{index}";
        }
    }
}
