using Workers;

namespace WorkersTour;

/// <summary>The Worker's entry: one route a service.</summary>
public static class Worker
{
    [Fetch]
    public static Task<Response> FetchAsync(Request request, Env env, Context context) =>
        new Router()
            .Get("/whois/:domain", (incoming, route) => Whois.LookUpAsync(route.Parameter("domain")))
            .Get("/whois/:domain/referral", (incoming, route) => Whois.FollowReferralAsync(incoming, route.Parameter("domain")))
            .Get("/time", (incoming, route) => TimeServers.AskAllAsync())
            .Get("/daytime", (incoming, route) => TimeServers.DaytimeAsync())
            .Post("/mail", (incoming, route) => Mail.RelayAsync(incoming, route.Env))
            .Get("/mail/tls", (incoming, route) => Mail.UpgradeAsync())
            .Get("/mail/greeting", async (incoming, route) => Response.Text(await Mail.GreetAsync()))
            .Get("/mail/mailbox", async (incoming, route) => Response.Json(await Mail.MailboxAsync()))
            .Get("/hosts", (incoming, route) => Hosts.CheckAsync(incoming, route.Context))
            .Get("/stores", (incoming, route) => Stores.CheckAsync())
            .Post("/audit", (incoming, route) => Audit.LogAsync(incoming, route.Context))
            .HandleAsync(request, env, context);
}
