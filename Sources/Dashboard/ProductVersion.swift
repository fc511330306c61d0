import Curl

/// The one number that the command prints and every request carries.
package enum ProductVersion {
    package static let text = HTTPClient.version
}
