import Curl
import JSON
import Storage

/// The one number that the command prints and every request carries.
package enum ProductVersion {
    package static let text = HTTPClient.version

    /// With what it stands on, for reports of faults and for scripts that upgrade.
    package static var json: JSONValue {
        ["name": "tidewatch", "version": .string(text), "database_schema": JSONValue(StoreHeader.newestSchema), "sqlite": .string(TenantStore.sqliteVersion),
         "libraries": .array(HTTPClient.libraries.split(separator: " ").map { .string(String($0)) })]
    }
}
