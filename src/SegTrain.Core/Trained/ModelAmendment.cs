using SegTrain.Core.Files;
using SegTrain.Core.Tracking;

namespace SegTrain.Core.Trained;

/// <summary>
/// What is found out about a trained net and kept in its file: the card becomes another, the tensors stay byte for byte. As long as it is open no training
/// writes into the run, so that what is found out is of the weights that are there.
/// </summary>
internal sealed class ModelAmendment : IDisposable
{
    private readonly string _file;
    private readonly IDisposable? _claim;

    private ModelAmendment(string file, IDisposable? claim) => (_file, _claim) = (file, claim);

    private string Folder => Path.GetDirectoryName(_file)!;

    private bool IsInCheckpoint => Path.GetFileName(_file) == ModelFile.Name && CheckpointFolder.IsComplete(Folder);

    /// <param name="file">A model file, in a checkpoint or by itself.</param>
    /// <exception cref="SegTrainException">The run is being trained, or the checkpoint is damaged.</exception>
    public static ModelAmendment Begin(string file)
    {
        file = Path.GetFullPath(file);
        var checkpoints = Path.GetDirectoryName(Path.GetDirectoryName(file));
        var run = Path.GetFileName(checkpoints) == "checkpoints" ? Path.GetDirectoryName(checkpoints) : null;
        var amendment = new ModelAmendment(file, run is not null && File.Exists(Path.Combine(run, "config.yaml")) ? Named(file, () => RunFolder.Open(run).Claim()) : null);
        try
        {
            // New checksums would make a damaged file a sound one.
            if (amendment.IsInCheckpoint) CheckpointFolder.Verify(amendment.Folder);
            return amendment;
        }
        catch (Exception damaged) when (damaged is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            amendment.Dispose();
            throw new SegTrainException(ExitCode.Data, $"{amendment.Folder}: the checkpoint is damaged: {damaged.Message}", damaged);
        }
    }

    /// <summary>Writes the card: whole or not at all, and of a checkpoint the checksums with it.</summary>
    /// <exception cref="SegTrainException">The file cannot be written.</exception>
    public void Keep(ModelCard card) => Named(_file, () =>
    {
        if (IsInCheckpoint) CheckpointFolder.Replace(Place, beside => Filled(beside, card));
        else AtomicFile.Write(_file, stream => Safetensors.Copy(_file, ModelCard.Key, card.ToJson(), stream));
        return this;
    });

    // A run that was killed between two renames has its best under the second name alone.
    private string Place => Folder.EndsWith(".old", StringComparison.Ordinal) && !Directory.Exists(Folder[..^4]) ? Folder[..^4] : Folder;

    private List<string> Filled(string beside, ModelCard card)
    {
        var names = CheckpointFolder.Verify(Folder);
        var lines = names.Select(name => CheckpointFolder.Write(beside, name, stream =>
        {
            if (name == ModelFile.Name) Safetensors.Copy(_file, ModelCard.Key, card.ToJson(), stream);
            else CopyTo(stream, Path.Combine(Folder, name));
        })).ToList();
        // What a user has put there, an exported model say.
        foreach (var other in Directory.GetFiles(Folder).Where(path => !names.Contains(Path.GetFileName(path)) && !CheckpointFolder.IsSums(path))) File.Copy(other, Path.Combine(beside, Path.GetFileName(other)));
        return lines;
    }

    private static void CopyTo(Stream target, string path)
    {
        using var source = File.OpenRead(path);
        source.CopyTo(target);
    }

    private static T Named<T>(string file, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw new SegTrainException(ExitCode.Config, $"{file}: what was found out cannot be kept in the model: {denied.Message} Make room, or copy the run to where you may write", denied);
        }
    }

    public void Dispose() => _claim?.Dispose();
}
