using Plumbline.Models.Native;

Console.WriteLine(NativeRuntime.Initialize());
