using Plumbline.Cli;

return await CommandLineApp.RunAsync(args);
