namespace SegTrain.Core.Config;

/// <summary>A YAML value that remembers where it stands.</summary>
internal abstract record ConfigNode(Origin Origin);

/// <param name="Origin">Where the text starts.</param>
/// <param name="Text">The text without quotes.</param>
/// <param name="Plain">Whether it stood without quotes, so that <c>null</c> means nothing rather than four letters.</param>
internal sealed record ScalarNode(Origin Origin, string Text, bool Plain) : ConfigNode(Origin)
{
    public bool IsNull => Plain && Text is "" or "~" or "null" or "Null" or "NULL";
}

internal sealed record ListNode(Origin Origin, IReadOnlyList<ConfigNode> Items) : ConfigNode(Origin);

/// <summary>A mapping in file order, duplicates included: the loader names them.</summary>
internal sealed record MapNode(Origin Origin, IReadOnlyList<MapEntry> Entries) : ConfigNode(Origin);

internal sealed record MapEntry(Origin Origin, string Key, ConfigNode Value);
