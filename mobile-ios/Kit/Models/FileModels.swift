import Foundation
import Observation
import SatchelCore

/// What the list of uploads shows.
public struct UploadContent: Codable, Sendable, Equatable {
    public var files: [FileView]
}

/// Files on their way, however large.
@MainActor @Observable
public final class UploadModel: SessionFeature<UploadContent> {
    @ObservationIgnored private var carrying: Task<Void, any Error>?

    public init(_ session: Session) {
        super.init("upload", session, blank: UploadContent(files: []))
    }

    public func load() async -> Outcome { await act { nil } }

    /// Sends the files until all are there or stopped; how far they are is shown meanwhile.
    public func carry() async -> Outcome {
        await act {
            let carrying = Task { [session] in
                try await session.carry { files in Task { @MainActor [weak self] in self?.progressed(files) } }
            }
            self.carrying = carrying
            defer { self.carrying = nil }
            try await withTaskCancellationHandler { try await carrying.value } onCancel: { carrying.cancel() }
            return nil
        }
    }

    /// Ends the carrying; what was sent stays sent.
    public func stop() async -> Outcome {
        carrying?.cancel()
        return await act { nil }
    }

    /// Goes on with a file that stopped, from another place if it was moved.
    public func resume(file: String, source: String? = nil) async -> Outcome {
        await command { try $0.resumeFile(upload: file, source: source, now: $1) }
    }

    public func cancel(file: String) async -> Outcome { await command { try $0.cancelFile(upload: file, now: $1) } }

    private func progressed(_ files: [FileView]) {
        guard carrying != nil else { return }
        state.content = UploadContent(files: files)
        state.phase = files.isEmpty ? .empty : .ready
    }

    override func read() async throws -> UploadContent {
        try await session.query { vault, _ in UploadContent(files: try vault.files()) }
    }

    override func isEmpty(_ content: UploadContent) -> Bool { content.files.isEmpty }
}

/// What the fetching of an attachment shows.
public struct AttachmentContent: Codable, Sendable, Equatable {
    /// How far it is.
    public var download: DownloadView?
    /// Where the whole file lies, once it is the one that was signed.
    public var path: String?
}

/// An attachment on its way to this device.
@MainActor @Observable
public final class AttachmentModel: SessionFeature<AttachmentContent> {
    @ObservationIgnored private var now = AttachmentContent(download: nil, path: nil)

    public init(_ session: Session) {
        super.init("attachment", session, blank: AttachmentContent(download: nil, path: nil))
    }

    /// Fetches it into a file, going on where an earlier fetch was cut. `grant` is left out for own records.
    public func save(grant: String? = nil, record: String, index: UInt32, path: String) async -> Outcome {
        now = AttachmentContent(download: nil, path: nil)
        return await act {
            let last = Last<DownloadView>()
            defer { now.download = last.value }
            try await session.save(grant: grant, record: record, index: index, path: URL(fileURLWithPath: path)) { state in
                last.value = state
                Task { @MainActor [weak self] in self?.progressed(state) }
            }
            now.path = path
            return nil
        }
    }

    private func progressed(_ download: DownloadView) {
        guard now.path == nil else { return }
        state.content = AttachmentContent(download: download, path: nil)
        state.phase = .ready
    }

    override func read() async throws -> AttachmentContent { now }

    override func isEmpty(_ content: AttachmentContent) -> Bool { content.download == nil }
}

/// The newest of values that arrive on another thread.
private final class Last<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var newest: Value?

    var value: Value? {
        get { lock.withLock { newest } }
        set { lock.withLock { newest = newValue } }
    }
}

/// What an import shows.
public struct ImportContent: Codable, Sendable, Equatable {
    public var candidates: [ImportCandidate]
}

/// Records from a file of another system, and papers.
@MainActor @Observable
public final class ImportModel: SessionFeature<ImportContent> {
    @ObservationIgnored private var file = Data()
    @ObservationIgnored private var candidates: [ImportCandidate] = []

    public init(_ session: Session) {
        super.init("import", session, blank: ImportContent(candidates: []))
    }

    /// Looks what is in a file; nothing is taken yet.
    public func look(file: Data) async -> Outcome {
        await act {
            (self.file, candidates) = (Data(), [])
            candidates = try await session.query { vault, _ in try vault.previewImport(file: file) }
            self.file = file
            return nil
        }
    }

    /// Takes what was chosen of the file that was looked at.
    public func take(chosen: [UInt32]) async -> Outcome {
        await act {
            let file = file
            let created = try await session.command { try $0.import(file: file, chosen: chosen, now: $1) }.created
            (self.file, candidates) = (Data(), [])
            return created
        }
    }

    /// A paper or picture of this device, of any size.
    public func addFile(draft: FileDraft) async -> Outcome { await command { try $0.addFile(draft: draft, now: $1) } }

    override func read() async throws -> ImportContent { ImportContent(candidates: candidates) }

    override func isEmpty(_ content: ImportContent) -> Bool { content.candidates.isEmpty }
}

/// What an export shows.
public struct ExportContent: Codable, Sendable, Equatable {
    /// The file, to be saved or handed on.
    public var file: Data?
    /// How far the file is, while it is made.
    public var progress: JobView?
    /// What checking a file found.
    public var verification: Verification?
}

/// Records as a file that proves itself, and the check of such a file.
@MainActor @Observable
public final class ExportModel: SessionFeature<ExportContent> {
    @ObservationIgnored private var file: Data?
    @ObservationIgnored private var verification: Verification?

    public init(_ session: Session) {
        super.init("export", session, blank: ExportContent(file: nil, progress: nil, verification: nil))
    }

    public func records(records: [String]) async -> Outcome {
        await act {
            try await make { try $0.startExportRecords(records: records) }
            return nil
        }
    }

    public func whole() async -> Outcome {
        await act {
            try await make { try $0.startExportAll() }
            return nil
        }
    }

    /// `trusted`: lines of organizations that the verdict may rest on. Neither vault nor relay is asked.
    public func verify(file: Data, trusted: String) async -> Outcome {
        await act {
            verification = nil
            let now = session.now
            verification = try await session.work(
                { try $0.startVerification(file: file, trusted: trusted, now: now) },
                take: { vault, job, _ in try vault.takeVerification(job: job) }
            ) { await self.reached($0) }
            return nil
        }
    }

    /// Some blocks at a time; whoever cancels it has it stopped at once.
    private func make(_ start: @Sendable (Vault) throws -> JobView) async throws {
        file = nil
        file = try await session.work(start, take: { vault, job, now in try vault.takeExport(job: job, now: now) }) {
            await self.reached($0)
        }
    }

    private func reached(_ job: JobView) { state.content.progress = job }

    override func read() async throws -> ExportContent {
        ExportContent(file: file, progress: nil, verification: verification)
    }

    override func isEmpty(_ content: ExportContent) -> Bool { content.file == nil && content.verification == nil }
}
