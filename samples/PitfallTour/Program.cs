using PitfallTour;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton<MailRelay>();
builder.Services.AddSingleton<WhoisClient>();
builder.Services.AddSingleton<TimeServers>();
builder.Services.AddSingleton<HostChecks>();
builder.Services.AddSingleton<StoreChecks>();
builder.Services.AddSingleton<AuditLog>();

var app = builder.Build();
app.MapGet("/", () => "whois, time, mail, hosts, stores and audit");
app.MapMail();
app.MapWhois();
app.MapTime();
app.MapHosts();
app.MapStores();
app.MapAudit();
app.Run();
