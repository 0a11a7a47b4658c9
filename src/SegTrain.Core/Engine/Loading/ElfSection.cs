namespace SegTrain.Core.Engine.Loading;

/// <summary>A part of an ELF file that its section headers name.</summary>
/// <param name="Type">sh_type.</param>
/// <param name="Flags">sh_flags.</param>
/// <param name="Address">Where the loader puts it.</param>
/// <param name="Start">Its first byte in the file.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Info">sh_info: of tables of versions their number.</param>
/// <param name="EntrySize">Bytes of an entry, where all are alike.</param>
internal sealed record ElfSection(int Type, ulong Flags, ulong Address, int Start, int Length, uint Info, ulong EntrySize)
{
    public int End => Start + Length;
}

/// <summary>A part of an ELF file that the loader maps.</summary>
/// <param name="Type">p_type.</param>
/// <param name="Offset">Its first byte in the file.</param>
/// <param name="Address">Where that byte goes.</param>
/// <param name="Length">Bytes of the file.</param>
internal sealed record ElfSegment(uint Type, ulong Offset, ulong Address, ulong Length)
{
    /// <summary>Whether both go to the same place of the memory; the dynamic section is a part of another segment.</summary>
    public bool Overlaps(ElfSegment other) => other.Type == Type && other.Address < Address + Length && Address < other.Address + other.Length;

    /// <summary>Whether the section lies in this part, and goes where its header says.</summary>
    public bool Maps(ElfSection section) => section.Address >= Address && section.Address - Address is var inside && inside <= Length
        && (ulong)section.Length <= Length - inside && (ulong)section.Start == Offset + inside;
}
