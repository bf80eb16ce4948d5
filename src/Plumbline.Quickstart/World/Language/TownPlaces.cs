using static Plumbline.Quickstart.World.Language.TownServices;

namespace Plumbline.Quickstart.World.Language;

/// <summary>The everyday matters: streets, places and things.</summary>
internal static class TownPlaces
{
    public static readonly Matter[] All =
    [
        Service("bins", "the bin collection",
            ["get a bigger bin", "report a missed bin collection", "order a compost bin"],
            ["call the waste team before {number}", "write your street on the waste list"],
            ["say which bin was full", "put the bin by the road"],
            ["wait for the truck on {day}", "keep the lid closed until {day}"]),
        Service("pool", "a swimming pass",
            ["buy a swimming pass", "join a swimming class", "book a lane at the pool"],
            ["go to the pool on {street}", "pick a swimming class"],
            ["choose lane {number} on the pool board", "show your pass at the pool gate"],
            ["pay {number} coins for the swim", "bring a towel on {day}"]),
        Service("lost-keys", "lost keys",
            ["find my lost keys", "report lost keys", "hand in keys i found"],
            ["go to the lost things room", "describe the keys to the guard"],
            ["sign the {colour} book of lost things", "draw the key ring"],
            ["look in box {number} with the guard", "call the guard again on {day}"]),
        Service("noise", "a noise complaint",
            ["complain about loud music", "report noise from a building site", "stop the noise next door"],
            ["write down when the noise begins", "measure the noise for {number} nights"],
            ["send your noise notes to desk {number}", "call the quiet line after {number}"],
            ["meet the noise officer on {day}", "let the officer listen"]),
        Service("market-stall", "a market stall",
            ["rent a market stall", "share a market stall", "sell bread at the market"],
            ["see the market master on {day}", "draw your stall on the market plan"],
            ["choose stall {number} near the fountain", "list the goods you sell"],
            ["pay {number} coins for the stall", "set up the stall before {number}"]),
        Service("garden-plot", "a garden plot",
            ["rent a garden plot", "give up a garden plot", "get water for a garden plot"],
            ["walk to the garden gate on {street}", "ask the gardener for the plot map"],
            ["choose plot {number}", "put your name on the garden list"],
            ["pay {number} coins for water", "fetch the shed key on {day}"]),
        Service("street-lamp", "a broken street lamp",
            ["report a broken street lamp", "ask for a brighter street lamp", "get a street lamp repaired"],
            ["read the number on the lamp post", "note which lamp is dark"],
            ["call the light crew at desk {number}", "mark the lamp on the map"],
            ["expect a ladder on {day}", "check the lamp after {number} days"]),
        Service("party-hall", "the party hall",
            ["rent the party hall", "cancel the party hall", "see the party hall"],
            ["call the hall keeper on {day}", "look at the hall plan in room {number}"],
            ["choose an evening for the party", "count the guests and chairs"],
            ["leave {number} coins with the keeper", "get the hall keys from the keeper"]),
        Service("museum-tour", "a museum tour",
            ["book a museum tour", "join a museum tour", "guide a class through the museum"],
            ["go to the museum on {street}", "pick a tour from the museum board"],
            ["tell the guide how many come", "leave your bags in box {number}"],
            ["pay {number} coins for the tour", "meet the guide at the stairs"]),
    ];
}
