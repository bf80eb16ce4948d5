namespace Plumbline.Quickstart.World.Language;

/// <summary>The everyday matters: papers and passes.</summary>
internal static class TownServices
{
    public static readonly Matter[] All =
    [
        Service("library-card", "a library card",
            ["get a library card", "renew a library card", "replace a torn library card"],
            ["go to the library on {street}", "ask the librarian at desk {number}"],
            ["fill in the reader form", "show the librarian your letter"],
            ["pay {number} coins for the card", "pick up the card on {day}"]),
        Service("parking-permit", "a parking permit",
            ["get a parking permit", "renew a parking permit", "move a parking permit to a new car"],
            ["bring your car papers to desk {number}", "go to the parking office on {street}"],
            ["show the number plate", "name the street where you park"],
            ["pay {number} coins a month", "put the permit in the window"]),
        Service("birth-certificate", "a birth certificate",
            ["get a birth certificate", "correct a birth certificate", "register a new baby"],
            ["bring the hospital letter to room {number}", "go to the register on {street}"],
            ["write the name of the baby", "let both parents sign"],
            ["pay {number} coins for the certificate", "pick up the certificate on {day}"]),
        Service("bus-pass", "a bus pass",
            ["buy a bus pass", "replace a lost bus pass", "change the zone of a bus pass"],
            ["go to the bus station on {street}", "take a small photo to the driver"],
            ["choose zone {number} on the bus map", "ask for the {colour} pass"],
            ["pay {number} coins at the machine", "load the pass before {day}"]),
        Service("dog-licence", "a dog licence",
            ["get a dog licence", "renew a dog licence", "register a second dog"],
            ["take the dog to the vet", "bring the vet letter to desk {number}"],
            ["write down the name of the dog", "give the chip number of the dog"],
            ["pay {number} coins for the licence", "put the {colour} tag on the dog"]),
        Service("voter-list", "the voter list",
            ["join the voter list", "vote by post", "change my address on the voter list"],
            ["go to the election desk in room {number}", "show your letter to the election clerk"],
            ["check your name and address", "mark the box for post"],
            ["mail the ballot before {day}", "sign line {number} of the list"]),
        .. TownPlaces.All,
    ];

    internal static Matter Service(string id, string name, string[] asks, string[] starts, string[] middles, string[] ends) =>
        new(id, PromptKind.Everyday, name, asks, starts, middles, ends);
}
