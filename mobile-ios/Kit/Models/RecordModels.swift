import Observation
import SatchelCore

/// What the timeline shows.
public struct TimelineContent: Codable, Sendable, Equatable {
    public var records: [RecordSummary]
    public var query: RecordQuery
}

/// All records, or those that a search finds.
@MainActor @Observable
public final class TimelineModel: SessionFeature<TimelineContent> {
    @ObservationIgnored private var query = RecordQuery.everything

    public init(_ session: Session) {
        super.init("timeline", session, blank: TimelineContent(records: [], query: .everything))
    }

    public func load() async -> Outcome { await act { nil } }

    public func search(query: RecordQuery) async -> Outcome {
        self.query = query
        return await act { nil }
    }

    public func hide(record: String, hidden: Bool) async -> Outcome {
        await command { try $0.hideRecord(id: record, hidden: hidden, now: $1) }
    }

    public func add(draft: RecordDraft) async -> Outcome { await command { try $0.addRecord(draft: draft, now: $1) } }

    override func read() async throws -> TimelineContent {
        let query = query
        return try await session.query { vault, _ in TimelineContent(records: try vault.records(query: query), query: query) }
    }

    override func isEmpty(_ content: TimelineContent) -> Bool { content.records.isEmpty }
}

/// One value of a trend, as the core gives it.
public struct TrendPoint: Codable, Sendable, Equatable {
    public var code: String
    public var record: String
    public var date: String?
    public var value: String
    public var unit: String?
    public var low: String?
    public var high: String?
    public var level: String?
}

/// What a record's screen shows.
public struct ResultContent: Codable, Sendable, Equatable {
    public var record: RecordView?
    /// The values with a code and unit of the record over all own records that are not superseded, oldest first.
    public var trend: [TrendPoint]
}

/// One record, and how its values went over time.
@MainActor @Observable
public final class ResultModel: SessionFeature<ResultContent> {
    @ObservationIgnored private var chosen: String?

    public init(_ session: Session) {
        super.init("result", session, blank: ResultContent(record: nil, trend: []))
    }

    public func load(record: String) async -> Outcome {
        chosen = record
        return await act { nil }
    }

    override func read() async throws -> ResultContent {
        guard let chosen else { return ResultContent(record: nil, trend: []) }
        return try await session.query { vault, now in
            let record = try vault.record(id: chosen, now: now)
            var series: [Series] = []
            for value in record.parts.flatMap(\.values) where value.numeric {
                for code in value.codes.map({ Series(code: $0.code, unit: value.unit) }) where !series.contains(code) {
                    series.append(code)
                }
            }
            return ResultContent(record: record, trend: try series.flatMap { try Self.trend(vault, of: $0, now) })
        }
    }

    private struct Series: Equatable {
        let code: String
        let unit: String?
    }

    /// The values with that code and unit over all records that stand, oldest first.
    nonisolated private static func trend(_ vault: Vault, of series: Series, _ now: UInt64) throws -> [TrendPoint] {
        var query = RecordQuery.everything
        query.code = series.code
        let found = try vault.records(query: query).filter { $0.supersededBy == nil }
        return try found.reversed().flatMap { summary in
            try vault.record(id: summary.id, now: now).parts.flatMap { part in
                part.values
                    .filter { value in value.unit == series.unit && value.codes.contains { $0.code == series.code } }
                    .compactMap { value in
                        value.value.map {
                            TrendPoint(
                                code: series.code, record: summary.id, date: part.date ?? summary.date, value: $0,
                                unit: value.unit, low: value.low, high: value.high, level: value.level)
                        }
                    }
            }
        }
    }

    override func isEmpty(_ content: ResultContent) -> Bool { content.record == nil }
}

/// What the medicines' screen shows.
public struct MedicinesContent: Codable, Sendable, Equatable {
    public var medicines: [RecordSummary]
}

/// Medicines and prescriptions.
@MainActor @Observable
public final class MedicinesModel: SessionFeature<MedicinesContent> {
    public init(_ session: Session) {
        super.init("medicines", session, blank: MedicinesContent(medicines: []))
    }

    public func load() async -> Outcome { await act { nil } }

    public func add(draft: MedicineDraft) async -> Outcome { await command { try $0.addMedicine(draft: draft, now: $1) } }

    override func read() async throws -> MedicinesContent {
        try await session.query { vault, _ in MedicinesContent(medicines: try vault.records(query: .of("medication"))) }
    }

    override func isEmpty(_ content: MedicinesContent) -> Bool { content.medicines.isEmpty }
}
