/// Who sent a request, once its signature held.
package struct Caller: Hashable, Sendable {
    package var account: String
    package var arn: String
    package var userID: String
}

/// The scope that an Authorization header names, before anything is checked.
package struct Authorization: Sendable {
    package var accessKeyID: String
    /// `20261120`
    package var date: String
    package var region: String
    package var service: String
    package var signedHeaders: [String]
    package var signature: String

    /// Reads `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`.
    package init?(_ header: String) {
        guard header.hasPrefix("AWS4-HMAC-SHA256 ") else { return nil }
        var fields: [Substring: Substring] = [:]
        for part in header.dropFirst(17).split(separator: ",") {
            let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            if pair.count == 2 { fields[pair[0]] = pair[1] }
        }
        guard let credential = fields["Credential"]?.split(separator: "/"), credential.count == 5, credential[4] == "aws4_request",
              let headers = fields["SignedHeaders"], let signature = fields["Signature"] else { return nil }
        accessKeyID = String(credential[0])
        date = String(credential[1])
        region = String(credential[2])
        service = String(credential[3])
        signedHeaders = headers.split(separator: ";").map(String.init)
        self.signature = String(signature)
    }
}
