import ArgumentParser
import Dashboard

/// Writes what a web server needs.
struct ServeConfig: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve-config", abstract: "Print the configuration of a web server for this site: passwords, headers, ready-made compressed files.",
        discussion: """
            A static site cannot enforce access itself: whoever can fetch a file can read it. These configurations ask for a password for each tenant.

            Examples:
              tidewatch serve-config nginx --certificate /etc/ssl/ops.pem --key /etc/ssl/ops.key > /etc/nginx/conf.d/tidewatch.conf
              tidewatch serve-config caddy --hosts > /etc/caddy/Caddyfile
              tidewatch serve-config headers > public/_headers
            """)

    @OptionGroup var shared: SharedOptions
    @Argument(help: "nginx, caddy, or headers (the _headers of Netlify and Cloudflare Pages for the whole fleet).")
    var format: ServingPlan.Format
    @Option(name: .long, help: ArgumentHelp("The folder that is served; default the first directory target, else public/.", valueName: "dir"))
    var root: String?
    @Option(name: .long, help: ArgumentHelp("The folder with a file of passwords for each tenant.", valueName: "dir"))
    var passwords = ServingPlan.Options().passwords
    @Flag(name: .long, help: "A hostname for each tenant (TENANT.HOST of base_url) instead of a path: the safer way.")
    var hosts = false
    @Option(name: .long, help: ArgumentHelp("Port, or address:port; default 443 with a certificate, else 80; Caddy's own choice for Caddy.", valueName: "port"))
    var listen: String?
    @Option(name: .long, help: ArgumentHelp("The certificate's file.", valueName: "file"))
    var certificate: String?
    @Option(name: .long, help: ArgumentHelp("The file of its private key.", valueName: "file"))
    var key: String?

    func run() async throws {
        var options = ServingPlan.Options()
        options.root = root
        options.passwords = passwords
        options.usesHosts = hosts
        options.listen = listen
        options.certificate = certificate
        options.certificateKey = key
        let world = try machine()
        do throws(ConfigurationError) {
            print(try ServingPlan(directory: shared.directory, world: world, options: options).text(format), terminator: "")
        } catch {
            Console.say(error.description)
            throw CommandEnd(code: .configuration)
        }
    }
}

extension ServingPlan.Format: ExpressibleByArgument {}
