import Foundation
import Observation
import SatchelCore

/// What the sharing screen shows.
public struct ShareContent: Codable, Sendable, Equatable {
    public var offers: [OfferView]
    public var copies: [CopyPermissionView]
}

/// Showing a code, and confirming who took it.
@MainActor @Observable
public final class ShareModel: SessionFeature<ShareContent> {
    public init(_ session: Session) {
        super.init("share", session, blank: ShareContent(offers: [], copies: []))
    }

    public func load() async -> Outcome { await act { nil } }

    public func offer(request: OfferRequest) async -> Outcome { await command { try $0.offer(request: request, now: $1) } }

    /// `symbols`: the row that the person picked, for somebody whom nobody vouches for.
    public func confirm(offer: String, symbols: [String]? = nil) async -> Outcome {
        await command { try $0.confirm(offer: offer, symbols: symbols, now: $1) }
    }

    public func decline(offer: String) async -> Outcome { await command { try $0.decline(offer: offer, now: $1) } }

    /// Lets a laboratory send its answer to a request straight to whoever asked for it.
    public func allowCopy(labGrant: String, request: String, recipientGrant: String, days: UInt32) async -> Outcome {
        await command {
            try $0.allowCopy(labGrant: labGrant, request: request, recipientGrant: recipientGrant, days: days, now: $1)
        }
    }

    public func endCopy(permission: String) async -> Outcome {
        await command { try $0.endCopy(permission: permission, now: $1) }
    }

    override func read() async throws -> ShareContent {
        try await session.query { vault, now in
            ShareContent(offers: try vault.offers(now: now), copies: try vault.copyPermissions())
        }
    }

    override func isEmpty(_ content: ShareContent) -> Bool { content.offers.isEmpty && content.copies.isEmpty }
}

/// What the list of who may see what shows.
public struct GrantsContent: Codable, Sendable, Equatable {
    public var grants: [GrantView]
    /// What the relay delivered under the grant that was asked about last.
    public var deliveries: [DeliveryView]
}

/// Who may see what until when, and the end of it.
@MainActor @Observable
public final class GrantsModel: SessionFeature<GrantsContent> {
    @ObservationIgnored private var asked: String?

    public init(_ session: Session) {
        super.init("grants", session, blank: GrantsContent(grants: [], deliveries: []))
    }

    public func load() async -> Outcome { await act { nil } }

    public func revoke(grant: String) async -> Outcome { await command { try $0.revokeGrant(grant: grant, now: $1) } }

    /// Keeps a grant that stood when the words brought this device back; the other answer is `revoke`.
    public func keep(grant: String) async -> Outcome { await command { try $0.keepGrant(grant: grant, now: $1) } }

    public func pause(grant: String) async -> Outcome { await command { try $0.pauseGrant(grant: grant, now: $1) } }

    public func resume(grant: String) async -> Outcome { await command { try $0.resumeGrant(grant: grant, now: $1) } }

    public func renew(grant: String, rights: [OfferRight]) async -> Outcome {
        await command { try $0.renewGrant(grant: grant, rights: rights, now: $1) }
    }

    public func narrow(grant: String, request: NarrowRequest) async -> Outcome {
        await command { try $0.narrowGrant(grant: grant, request: request, now: $1) }
    }

    /// How many bytes of files the holder may send, all together.
    public func allowFiles(grant: String, bytes: UInt64) async -> Outcome {
        await command { try $0.allowFiles(offerOrGrant: grant, bytes: bytes, now: $1) }
    }

    /// Asks the relay, with the next sync, what it delivered under a grant.
    public func askDeliveries(grant: String) async -> Outcome {
        asked = grant
        return await command { try $0.fetchDeliveries(grant: grant, now: $1) }
    }

    override func read() async throws -> GrantsContent {
        let asked = asked
        return try await session.query { vault, now in
            let deliveries = try asked.map { try vault.deliveries(grant: $0) } ?? []
            return GrantsContent(grants: try vault.grants(now: now), deliveries: deliveries)
        }
    }

    override func isEmpty(_ content: GrantsContent) -> Bool { content.grants.isEmpty }
}

/// What the list of openings shows.
public struct ReceiptsContent: Codable, Sendable, Equatable {
    public var receipts: [ReceiptView]
}

/// Who opened what, by their own signed word.
@MainActor @Observable
public final class ReceiptsModel: SessionFeature<ReceiptsContent> {
    public init(_ session: Session) {
        super.init("receipts", session, blank: ReceiptsContent(receipts: []))
    }

    public func load() async -> Outcome { await act { nil } }

    override func read() async throws -> ReceiptsContent {
        try await session.query { vault, _ in ReceiptsContent(receipts: try vault.receipts()) }
    }

    override func isEmpty(_ content: ReceiptsContent) -> Bool { content.receipts.isEmpty }
}

/// What the block view shows.
public struct BlocksContent: Codable, Sendable, Equatable {
    public var chain: Chain?
    public var blocks: [BlockView]
    /// The block that was opened or inspected last.
    public var block: BlockView?
    /// How far the check is, while it goes on.
    public var progress: JobView?
    /// What checking the whole chain found.
    public var checked: Checked?
}

/// The own chain, block by block, and its verification.
@MainActor @Observable
public final class BlocksModel: SessionFeature<BlocksContent> {
    @ObservationIgnored private var range: (first: UInt32, count: UInt32) = (0, 50)
    @ObservationIgnored private var block: BlockView?
    @ObservationIgnored private var checked: Checked?

    public init(_ session: Session) {
        super.init("blocks", session, blank: BlocksContent(chain: nil, blocks: [], block: nil, progress: nil, checked: nil))
    }

    public func load(first: UInt32 = 0, count: UInt32 = 50) async -> Outcome {
        range = (first, count)
        return await act { nil }
    }

    public func open(sequence: UInt32) async -> Outcome {
        await act {
            block = try await session.query { vault, _ in try vault.block(sequence: sequence) }
            return nil
        }
    }

    /// Looks at other bytes in a block's place: tampering shows as `failure`.
    public func inspect(sequence: UInt32, bytes: Data) async -> Outcome {
        await act {
            block = try await session.query { vault, _ in try vault.inspect(sequence: sequence, bytes: bytes) }
            return nil
        }
    }

    /// Checks every block and every link, some at a time; whoever cancels it has it stopped at once.
    public func verify() async -> Outcome {
        await act {
            checked = nil
            checked = try await session.work({ try $0.startCheck() }, take: { vault, job, _ in try vault.takeChecked(job: job) }) {
                await self.reached($0)
            }
            return nil
        }
    }

    private func reached(_ job: JobView) { state.content.progress = job }

    override func read() async throws -> BlocksContent {
        let (range, block, checked) = (range, block, checked)
        return try await session.query { vault, _ in
            let blocks = try vault.blocks(first: range.first, count: range.count)
            return BlocksContent(chain: try vault.chain(), blocks: blocks, block: block, progress: nil, checked: checked)
        }
    }

    override func isEmpty(_ content: BlocksContent) -> Bool { content.blocks.isEmpty }
}
