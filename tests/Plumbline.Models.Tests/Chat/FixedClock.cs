namespace Plumbline.Models.Tests.Chat;

/// <summary>A clock that stands at 7 March 2026, 09:05:03.</summary>
internal sealed class FixedClock : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => new(2026, 3, 7, 9, 5, 3, TimeSpan.Zero);
}
