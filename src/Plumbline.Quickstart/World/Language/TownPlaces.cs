using static Plumbline.Quickstart.World.Language.TownServices;

namespace Plumbline.Quickstart.World.Language;

/// <summary>The everyday matters: streets, places and things.</summary>
internal static class TownPlaces
{
    public static readonly Matter[] All =
    [
        Service("bins", "the bin collection",
            ["get a bigger bin", "report a missed bin collection", "order a second bin"],
            ["call the waste team before {number}", "write your street on the waste list"],
            ["name the full bin", "put the bin by the road"],
            ["wait for the truck on {day}", "keep the bin closed until {day}"]),
        Service("pool", "a swimming pass",
            ["buy a swimming pass", "join a swimming class", "book a lane at the pool"],
            ["go to the pool on {street}", "pick a class and a teacher"],
            ["choose lane {number} on the pool board", "show your pass at the pool gate"],
            ["pay {number} coins for the swim", "bring a towel on {day}"]),
        Service("lost-keys", "lost keys",
            ["find my lost keys", "report lost keys", "hand in keys i found"],
            ["go to the lost things room", "describe the keys to the guard"],
            ["sign the {colour} book", "draw your keys"],
            ["look in box {number} with the guard", "call the guard again on {day}"]),
        Service("noise", "a noise complaint",
            ["complain about loud music", "report noise at night", "stop the noise next door"],
            ["write down when the noise begins", "count the nights with noise"],
            ["bring your notes to desk {number}", "call the noise line after {number}"],
            ["meet the noise officer on {day}", "let the officer listen"]),
        Service("market-stall", "a market stall",
            ["rent a market stall", "share a market stall", "sell bread at the market"],
            ["see the market master on {day}", "draw your stall on the market map"],
            ["choose stall {number} on the square", "write down what you sell"],
            ["pay {number} coins for the stall", "set up the stall before {number}"]),
        Service("garden-plot", "a garden plot",
            ["rent a garden plot", "give up a garden plot", "get water for a garden plot"],
            ["walk to the garden gate on {street}", "ask the gardener for the plot map"],
            ["choose plot {number}", "put your name on the garden list"],
            ["pay {number} coins for water", "get the garden key on {day}"]),
        Service("street-lamp", "a broken street lamp",
            ["report a broken street lamp", "ask for a brighter street lamp", "get a street lamp repaired"],
            ["read the number on the lamp post", "see which lamp is dark"],
            ["call the light crew at desk {number}", "mark the lamp on the map"],
            ["wait for the ladder on {day}", "check the lamp after {number} days"]),
        Service("party-hall", "the party hall",
            ["rent the party hall", "cancel the party hall", "see the party hall"],
            ["call the hall keeper on {day}", "see the hall plan in room {number}"],
            ["choose a day for the party", "count the guests"],
            ["leave {number} coins at the hall", "get the keys of the hall"]),
    ];
}
