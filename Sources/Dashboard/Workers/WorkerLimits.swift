import Glibc

/// How much a worker may use. The kernel holds it to that: whoever goes beyond is ended, and nobody else with it.
package struct WorkerLimits: Hashable, Codable, Sendable {
    /// Bytes of data (`RLIMIT_DATA`): the address space of a program with threads says little.
    package var memory: Int64 = 1 << 30
    /// Seconds of processor time without a tenant getting done, for each tenant in hand; and seconds by the clock of a stage that waits for nobody.
    package var time: Int64 = 60
    /// Bytes of one file: databases, pages.
    package var file: Int64 = 8 << 30
    /// Files and sockets open at a time.
    package var files: Int64 = 1_024

    package init() {}

    /// Binds this process to them; limits that are lower already stay.
    func bind() {
        Self.lower(RLIMIT_DATA, to: memory)
        Self.lower(RLIMIT_FSIZE, to: file)
        Self.lower(RLIMIT_NOFILE, to: files)
        Self.lower(RLIMIT_CORE, to: 0)
    }

    /// From now on this process has so much more processor time before the kernel ends it (SIGXCPU).
    func grantTime(tenants: Int) {
        var used = rusage(), limit = rlimit()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &used) == 0, getrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &limit) == 0 else { return }
        let spent = Int64(used.ru_utime.tv_sec) + Int64(used.ru_stime.tv_sec) + 1
        limit.rlim_cur = min(limit.rlim_max, rlim_t(clamping: spent + time * Int64(max(1, tenants))))
        _ = setrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &limit)
    }

    private static func lower(_ resource: __rlimit_resource, to value: Int64) {
        var limit = rlimit()
        let which = __rlimit_resource_t(resource.rawValue)
        guard getrlimit(which, &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_cur, limit.rlim_max, rlim_t(clamping: value))
        _ = setrlimit(which, &limit)
    }
}

extension WorkerLimits {
    static let schema = RecordSchema("worker processes", [
        .init("memory", .size, "Memory of one worker, which has up to 16 tenants in hand (--jobs). Default 1GiB."),
        .init("time", .duration, "Processor time that a tenant may take without getting done, and time of a stage of it that waits for nobody. Default 1m."),
    ])

    /// What the record says instead.
    mutating func read(_ record: ConfigurationReader.Record?) {
        guard let record else { return }
        memory = record.size("memory").map { Int64($0) } ?? memory
        if memory < 64 << 20 { record.fail("memory", "must be at least 64MiB") }
        time = record.duration("time") ?? time
        if !(1...86_400).contains(time) { record.fail("time", "must lie between 1s and 1d") }
    }
}
