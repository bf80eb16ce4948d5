namespace Plumbline.Engine.Segments;

/// <summary>What a training pass keeps between its forward and its backward half. The gradients are the same.</summary>
public enum ActivationMode
{
    /// <summary>Every layer's graph: the fastest.</summary>
    Keep,

    /// <summary>Every layer's input only; the layer is run again on the way back. A third more time, a fraction of the memory.</summary>
    Recompute,

    /// <summary>One graph of the whole model over separate rows, by autograd alone: what the others are compared with.</summary>
    Plain,
}
