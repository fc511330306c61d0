import Foundation
import Signals
import Storage

/// Whether the databases open, how large they are, and whether the disk holds what they will be at the end of the retention.
struct DatabaseCheck: DoctorCheck {
    static let name = "databases"

    func findings(_ bench: DoctorBench) async -> [DoctorFinding] {
        var findings = [DoctorFinding(.ok, nil, "SQLite \(TenantStore.sqliteVersion), schema \(StoreHeader.newestSchema)")]
        guard bench.lock.holder == nil else { return findings }
        var bytes: Int64 = 0, growth: Int64 = 0, young = 0
        let paths = (bench.tenants.map(\.id) + bench.broken.map(\.id).filter(isIdentifier)).map { ($0, bench.context.statePath($0)) } + (bench.isWhole ? [("fleet", bench.context.fleetStatePath)] : [])
        for (name, path) in paths {
            guard FileManager.default.fileExists(atPath: path) else {
                findings.append(DoctorFinding(.note, name, "no database yet; the first run makes it"))
                continue
            }
            if let header = StoreHeader(path: path), header.isOurs, header.isOlder {
                findings.append(DoctorFinding(.note, name, "schema \(header.schema); the next run brings it to \(StoreHeader.newestSchema) and keeps a copy beside it first"))
                continue
            }
            do throws(StoreError) {
                guard let weight = try bench.store(at: path)?.weight() else { continue }
                bytes += weight.bytes
                if let forecast = weight.forecast { growth += max(0, forecast - weight.bytes) } else { young += 1 }
                let then = weight.forecast.map { "about \(Quantity.bytes(Double($0))) when the retention is full" } ?? "too young for a forecast"
                findings.append(DoctorFinding(.ok, name, "\(Quantity.bytes(Double(weight.bytes))), \(then)"))
            } catch {
                findings.append(DoctorFinding(.failure, name, error.description))
            }
        }
        if let free = (try? FileManager.default.attributesOfFileSystem(forPath: bench.configuration.directory)[.systemFreeSize] as? NSNumber).flatMap({ $0 })?.int64Value, bytes > 0 {
            let words = "\(Quantity.bytes(Double(bytes))) together; \(growth > 0 ? "\(Quantity.bytes(Double(growth))) more" : "no more") at the end of the retention\(young > 0 ? ", \(count(young, "young one")) left out" : "")"
            findings.append(growth > free ? DoctorFinding(.warning, nil, "\(words), but only \(Quantity.bytes(Double(free))) are free. Shorten retention in tidewatch.yaml or find a larger disk.") : DoctorFinding(.ok, nil, words))
        }
        return findings
    }
}
