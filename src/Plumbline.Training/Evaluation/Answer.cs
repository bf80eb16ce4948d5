using Plumbline.Engine.Generation;
using Plumbline.Training.Data;

namespace Plumbline.Training.Evaluation;

/// <summary>A model's answer to one prompt.</summary>
/// <param name="Prompt">What was asked, with its tags.</param>
/// <param name="PromptIds">Its tokens.</param>
/// <param name="Completion">What was sampled: tokens, log-probabilities, finish reason, text.</param>
public sealed record Answer(PromptRow Prompt, int[] PromptIds, Completion Completion);
