import Foundation

/// Does work that nothing can stop in the middle, and that changes nothing: whoever is cancelled is let go of at once, and what comes out
/// later is dropped.
func abandonable<T: Sendable>(_ work: @Sendable @escaping () throws -> T) async throws -> T {
    let wait = Wait<T>()
    return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
            wait.expect(continuation)
            Task.detached { wait.end(Result(catching: work)) }
        }
    } onCancel: {
        wait.end(.failure(CancellationError()))
    }
}

/// What is waited for, and who waits: the first end counts, even one that comes before the waiting.
private final class Wait<T: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var continuation: CheckedContinuation<T, any Error>?
    private var ended: Result<T, any Error>?
    private var told = false

    func expect(_ waiting: CheckedContinuation<T, any Error>) {
        lock.withLock { continuation = waiting }
        tell()
    }

    func end(_ result: Result<T, any Error>) {
        lock.withLock { if ended == nil { ended = result } }
        tell()
    }

    private func tell() {
        let ready: (CheckedContinuation<T, any Error>, Result<T, any Error>)? = lock.withLock {
            guard !told, let continuation, let ended else { return nil }
            told = true
            return (continuation, ended)
        }
        if let (continuation, result) = ready { continuation.resume(with: result) }
    }
}
