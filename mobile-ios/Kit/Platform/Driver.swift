import Foundation
import SatchelCore

/// The loop over `nextRequest`: asks the vault what to send, sends it, tells the answer, stores what changed before anything else is sent.
///
/// Several requests are under way at once, each in a task of its own; everything that touches vault and storage happens on the session's
/// actor, in order. What to send, when to try again and when to stop is the core's alone.
final class Driver {
    /// What a drain came to.
    struct Drained {
        var answered = 0
        /// Something waits for a later time.
        var waiting = false
    }

    /// Work beside the conversation, done after every step: files are written as they arrive. `false` ends it.
    typealias Work = (Vault) throws -> Bool

    /// Failures after which a drain gives up.
    private static let patience = 3

    private var inFlight: [UInt64: Task<Void, Never>] = [:]
    private var arrived: [(id: UInt64, outcome: Result<Answer, RelayFailure>)] = []
    private var woken = false
    private var reader = PieceReader()

    /// Sends until nothing is left to send or `limit` has passed. With `watch` it stays for news until the limit. `stop` is asked at
    /// every step whether somebody else's turn has come.
    func drain(
        _ session: isolated Session, limit: Duration, watch: Bool, stop: () -> Bool, work: Work? = nil
    ) async throws -> Drained {
        let end = ContinuousClock.now + limit
        var drained = Drained()
        var failures = 0
        while true {
            if Task.isCancelled {
                try abandon(session)
                throw CancellationError()
            }
            if stop() {
                try abandon(session)
                return drained
            }
            let request = try session.ask { try $0.nextRequest(now: $1) }
            if request.kind == "send" {
                send(request, session)
                continue
            }
            if let piece = request.piece {
                try bring(piece, session)
                if try work?(session.vault) == false || ContinuousClock.now >= end {
                    try abandon(session)
                    return drained
                }
                // Between two pieces answers are taken in and others get their turn, so that reading and sending go side by side.
                await Task.yield()
                if arrived.isEmpty { continue }
            }
            let left = end - .now
            let due = max(Duration.seconds(Double(request.until) - Double(session.now)), Duration.milliseconds(50))
            if inFlight.isEmpty {
                // A relay that was never reached is not waited for.
                if failures > 0 && drained.answered == 0 && !watch { throw Problem("cli.network") }
                guard left > .zero, watch || request.kind == "wait" && due <= left else {
                    drained.waiting = request.kind == "wait"
                    return drained
                }
            }
            await wait(session, for: min(left, due))
            guard !arrived.isEmpty else {
                if !inFlight.isEmpty && ContinuousClock.now >= end {
                    try abandon(session)
                    drained.waiting = !watch
                    return drained
                }
                continue
            }
            let (id, outcome) = arrived.removeFirst()
            guard inFlight.removeValue(forKey: id) != nil else { continue }
            try tell(session, id, outcome)
            switch outcome {
            case .success: (failures, drained.answered) = (0, drained.answered + 1)
            case .failure: failures += 1
            }
            session.reached(failures == 0)
            let goOn = try work?(session.vault) ?? true
            if failures >= Self.patience {
                try abandon(session)
                // One relay of several is gone: what the others had to say was taken in, and the person was told which it is.
                guard drained.answered > 0 && !watch else { throw Problem("cli.network") }
                drained.waiting = true
                return drained
            }
            if !goOn {
                try abandon(session)
                return drained
            }
        }
    }

    /// There is something to look at: a command's outbox, somebody who waits for their turn.
    func wake() {
        woken = true
    }

    /// Looks every few milliseconds whether there is something to look at. Ended at once by a cancellation.
    private func wait(_ session: isolated Session, for time: Duration) async {
        let end = ContinuousClock.now + time
        while arrived.isEmpty && !woken && !Task.isCancelled {
            let left = end - .now
            guard left > .zero else { break }
            try? await Task.sleep(for: min(left, .milliseconds(10)))
        }
        woken = false
    }

    private func send(_ request: Request, _ session: isolated Session) {
        let relay = session.platform.relay
        inFlight[request.id] = Task { [weak session] in
            let outcome: Result<Answer, RelayFailure>
            do throws(RelayFailure) { outcome = .success(try await relay.send(request)) } catch { outcome = .failure(error) }
            await session?.answered(request.id, outcome)
        }
    }

    func take(_ id: UInt64, _ outcome: Result<Answer, RelayFailure>) {
        // An answer that comes after its request was given up belongs to nobody.
        guard inFlight[id] != nil else { return }
        arrived.append((id, outcome))
    }

    private func tell(_ session: isolated Session, _ id: UInt64, _ outcome: Result<Answer, RelayFailure>) throws {
        try session.change { vault, now in
            switch outcome {
            case let .success(answer):
                try vault.onResponse(id: id, status: answer.status, headers: answer.headers, body: answer.body, now: now)
            case let .failure(failure): try vault.onFailure(id: id, kind: failure.kind, now: now)
            }
        }
    }

    /// Stops waiting for what is under way.
    private func abandon(_ session: isolated Session) throws {
        let given = inFlight
        (inFlight, arrived) = ([:], [])
        for (id, task) in given.sorted(by: { $0.key < $1.key }) {
            task.cancel()
            try tell(session, id, .failure(.cancelled))
        }
    }

    /// Reads a piece of a file and brings it. A file that changed is begun anew; one that cannot be read waits for the person.
    private func bring(_ piece: PieceRequest, _ session: isolated Session) throws {
        var code: String
        switch reader.read(piece) {
        case let .success(bytes):
            do {
                try session.change { try $0.givePiece(upload: piece.upload, index: piece.index, bytes: bytes, now: $1) }
                return
            } catch let error {
                code = Problem(error).code
                guard code == "file.changed" else { throw error }
            }
        case let .failure(problem): code = problem.code
        }
        if code == "file.changed", let size = PieceReader.size(of: piece.source) {
            do {
                try session.change { try $0.restartFile(upload: piece.upload, size: size, now: $1) }
                return
            } catch let error {
                guard Problem(error).code == "file.changed" else { throw error }
            }
        }
        try session.change { try $0.stopFile(upload: piece.upload, code: code, now: $1) }
    }
}
