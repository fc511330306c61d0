import GRDB
import Telemetry

/// Writes points. For each resource it reads the blocks of the touched hours (two, in a usual run), changes them and writes them
/// back, whatever the number of points that are read again.
struct SampleRecorder {
    struct CorrectionKey: Hashable {
        var resource: Int64
        var signal: UInt32
    }

    struct CorrectionSum {
        var count = 0
        var sum = 0.0
        var largest = 0.0
    }

    /// Points younger than this are read again by the next run.
    static let rereadSeconds: Int64 = 900
    /// How far ahead of now a source's clock may be.
    private static let allowedLead: Int64 = 600

    private let grain: Int64
    private let now: Timestamp
    private let oldest: Timestamp
    private let rows: Int
    private var raw: BlockTable
    private var stored: BlockReader
    private var rollUps: RollUpWriter
    private var heads: HeadTable
    private var block: Block
    private(set) var summary = RecordSummary()
    private(set) var corrections: [CorrectionKey: CorrectionSum] = [:]

    init(_ db: Database, grain: Int64, retention: Retention, now: Timestamp) throws {
        self.grain = grain
        self.now = now
        oldest = max(Timestamp(seconds: 0), now - retention.raw(grain: grain))
        rows = Int(3_600 / grain)
        raw = try BlockTable(db, .raw)
        stored = try BlockReader(db, .raw)
        rollUps = try RollUpWriter(db, grain: grain)
        heads = try HeadTable(db)
        block = Block(rows: rows)
    }

    var damaged: [String] { raw.damaged + stored.damaged + rollUps.damaged }

    /// Records the batches of one resource and gives the signals that got a point which was not stored before.
    mutating func record(_ batches: ArraySlice<SeriesBatch>, signals: [UInt32], of resource: Int64) throws -> [UInt32] {
        var fits: [FitBatch] = []
        fits.reserveCapacity(batches.count)
        for (batch, signal) in zip(batches, signals) {
            let samples = fit(batch.samples)
            if !samples.isEmpty { fits.append(FitBatch(series: batch.series, signal: signal, period: max(0, batch.period), samples: samples)) }
        }
        guard !fits.isEmpty else { return [] }
        var head = try heads.read(resource)
        // An hour is over when none of its rows is read again as a matter of course.
        let closed = (now.seconds - Self.rereadSeconds) / 3_600
        var touched: [Int64] = []
        while let hour = fits.lazy.compactMap(\.hour).min() {
            let key = BlockKey(resource: resource, slot: hour)
            try raw.read(key, into: &block, rows: rows)
            var changed = false
            for index in fits.indices where apply(&fits[index], hour: hour, resource: resource) { changed = true }
            if changed { try raw.write(block, as: key) }
            if hour < closed, changed || hour >= head.rolledTo { try rollUps.roll(block, resource: resource, hour: hour) }
            touched.append(hour)
        }
        try rollRest(of: resource, from: head.rolledTo, to: closed, except: touched)
        try rollUps.finish()
        head.rolledTo = max(head.rolledTo, closed)
        for fit in fits { update(&head, with: fit) }
        try heads.write(head, of: resource)
        return fits.lazy.filter(\.isFresh).map(\.signal)
    }
}

/// One batch that has passed the door: finite values at allowed times, ascending, at most one a row.
private struct FitBatch {
    var series: SeriesID
    var signal: UInt32
    var period: Int64
    var samples: [Sample]
    /// The first sample that is not applied yet.
    var next = 0
    var isFresh = false

    init(series: SeriesID, signal: UInt32, period: Int64, samples: [Sample]) {
        self.series = series
        self.signal = signal
        self.period = period
        self.samples = samples
    }

    /// The hour of the next sample.
    var hour: Int64? { next < samples.count ? samples[next].time.seconds / 3_600 : nil }
}

private extension SampleRecorder {
    mutating func fit(_ samples: [Sample]) -> [Sample] {
        var last: Int64 = -1
        let latest = now + Self.allowedLead
        let isFit = samples.allSatisfy { sample in
            let row = sample.time.seconds / grain
            defer { last = row }
            return sample.value.isFinite && sample.time >= oldest && sample.time <= latest && row > last
        }
        if isFit { return samples }
        var kept: [(order: Int, sample: Sample)] = []
        for (order, sample) in samples.enumerated() {
            if !sample.value.isFinite {
                summary.rejectedNotFinite += 1
            } else if sample.time > latest {
                summary.rejectedFuture += 1
            } else if sample.time < oldest {
                summary.rejectedOld += 1
            } else {
                kept.append((order, sample))
            }
        }
        kept.sort { ($0.sample.time, $0.order) < ($1.sample.time, $1.order) }
        var result: [Sample] = []
        for (_, sample) in kept {
            // Of two points in one row the later one counts; of two at one time the one that came last.
            if let previous = result.last, previous.time.seconds / grain == sample.time.seconds / grain { result.removeLast() }
            result.append(sample)
        }
        return result
    }

    /// A late point that is old enough not to be read again is final.
    func settled(_ sample: Sample, period: Int64) -> Quality {
        sample.quality == .late && sample.time + max(period, grain) <= now - Self.rereadSeconds ? .final : sample.quality
    }

    /// Puts the batch's points of this hour into the block; true where that changed it.
    mutating func apply(_ fit: inout FitBatch, hour: Int64, resource: Int64) -> Bool {
        guard fit.hour == hour else { return false }
        let column = block.column(fit.signal)
        var changed = false
        while fit.hour == hour {
            let sample = fit.samples[fit.next]
            fit.next += 1
            let row = Int((sample.time.seconds - hour * 3_600) / grain)
            let quality = settled(sample, period: fit.period)
            guard let old = Quality(rawValue: block.mark(column, row)) else {
                block.set(column, row, sample.value, mark: quality.rawValue)
                summary.new += 1
                fit.isFresh = true
                changed = true
                continue
            }
            let oldValue = block.value(column, row)
            let isSame = oldValue == sample.value
            if quality == old && isSame || !quality.mayReplace(old, sameValue: isSame) {
                summary.unchanged += 1
                continue
            }
            block.set(column, row, sample.value, mark: quality.rawValue)
            changed = true
            if isSame {
                summary.unchanged += 1
            } else {
                count(RecordSummary.Correction(series: fit.series, time: sample.time, old: oldValue, new: sample.value),
                      as: CorrectionKey(resource: resource, signal: fit.signal))
            }
        }
        return changed
    }

    mutating func count(_ correction: RecordSummary.Correction, as key: CorrectionKey) {
        summary.corrected += 1
        if correction.size > summary.largestCorrection?.size ?? -1 { summary.largestCorrection = correction }
        corrections[key, default: CorrectionSum()].count += 1
        corrections[key, default: CorrectionSum()].sum += correction.size
        corrections[key, default: CorrectionSum()].largest = max(correction.size, corrections[key]?.largest ?? 0)
    }

    /// Rolls up the hours that ended without being touched by this harvest.
    mutating func rollRest(of resource: Int64, from: Int64, to closed: Int64, except touched: [Int64]) throws {
        guard from < closed, !(from..<closed).prefix(touched.count + 1).allSatisfy(touched.contains) else { return }
        let first = BlockKey(resource: resource, slot: from), last = BlockKey(resource: resource, slot: closed - 1)
        try stored.forEach(from: first, through: last, rows: rows) { key, block in
            if !touched.contains(key.slot) { try rollUps.roll(block, resource: resource, hour: key.slot) }
        }
    }

    func update(_ head: inout ResourceHead, with fit: FitBatch) {
        guard let last = fit.samples.last else { return }
        let unsettled = fit.samples.first { sample in
            switch settled(sample, period: fit.period) {
            case .final: false
            case .partial, .late: true
            case .zeroFilled: sample.time + max(fit.period, grain) > now - Self.rereadSeconds
            }
        }
        let finalTo = unsettled?.time ?? last.time + max(fit.period, grain)
        let newest = last.time.floored(to: grain).seconds
        if let index = head.index(of: fit.signal) {
            head.series[index].period = UInt32(clamping: fit.period)
            head.series[index].newest = max(head.series[index].newest, newest)
            head.series[index].finalTo = max(head.series[index].finalTo, finalTo.seconds)
        } else {
            head.series.append(SeriesHead(signal: fit.signal, period: UInt32(clamping: fit.period), newest: newest, finalTo: finalTo.seconds))
        }
    }
}

private extension Quality {
    /// A guess never replaces a measurement, and an unfinished answer never a finished one; else the later read wins.
    func mayReplace(_ old: Quality, sameValue: Bool) -> Bool {
        switch (self, old) {
        case (.zeroFilled, .zeroFilled), (.final, _), (_, .zeroFilled): true
        case (.zeroFilled, _): false
        case (.partial, .partial): true
        case (.partial, _): false
        case (.late, .final): !sameValue
        case (.late, _): true
        }
    }
}
