import Foundation
import SatchelCore

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// HTTP by `URLSession`. It follows no redirect (a relay answers itself or not at all), keeps no cookie and no copy, and reads no more of
/// an answer than a relay may send.
public final class HttpRelay: Relay {
    /// Most bytes of an answer that are read.
    private static let longest = 64 << 20

    private let session: URLSession
    private let listener = Listener()

    /// `patience`: seconds without a byte, longer than the longest wait for news at a relay.
    public init(patience: TimeInterval = 90) {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = patience
        configuration.httpMaximumConnectionsPerHost = 12
        configuration.httpShouldSetCookies = false
        configuration.httpCookieAcceptPolicy = .never
        configuration.httpCookieStorage = nil
        configuration.urlCache = nil
        configuration.urlCredentialStorage = nil
        configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
        session = URLSession(configuration: configuration, delegate: listener, delegateQueue: nil)
    }

    deinit { session.invalidateAndCancel() }

    public func send(_ request: Request) async throws(RelayFailure) -> Answer {
        guard let url = URL(string: request.url) else { throw .network }
        var outgoing = URLRequest(url: url)
        outgoing.httpMethod = request.method
        for header in request.headers { outgoing.setValue(header.value, forHTTPHeaderField: header.name) }
        outgoing.httpBody = request.body
        #if canImport(FoundationNetworking)
            // Swift's own networking turns in circles over a kept connection that the other side has closed.
            outgoing.setValue("close", forHTTPHeaderField: "Connection")
        #endif
        let task = session.dataTask(with: outgoing)
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                listener.expect(task, most: Self.longest) { continuation.resume(returning: $0) }
                // A task that was cancelled before it begins is told so as well.
                if Task.isCancelled { task.cancel() }
                task.resume()
            }
        } onCancel: {
            task.cancel()
        }
        return try outcome.get()
    }
}

/// Collects answers as they arrive.
private final class Listener: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    private struct Arriving {
        var body = Data()
        var status: HTTPURLResponse?
        let most: Int
        let done: @Sendable (Result<Answer, RelayFailure>) -> Void
    }

    private let lock = NSLock()
    private var arriving: [Int: Arriving] = [:]

    func expect(_ task: URLSessionTask, most: Int, done: @escaping @Sendable (Result<Answer, RelayFailure>) -> Void) {
        lock.withLock { arriving[task.taskIdentifier] = Arriving(most: most, done: done) }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        lock.withLock { arriving[dataTask.taskIdentifier]?.status = response as? HTTPURLResponse }
        completionHandler(.allow)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let tooLong: Arriving? = lock.withLock {
            guard let one = arriving[dataTask.taskIdentifier] else { return nil }
            guard one.body.count + data.count <= one.most else {
                return arriving.removeValue(forKey: dataTask.taskIdentifier)
            }
            arriving[dataTask.taskIdentifier]?.body.append(data)
            return nil
        }
        guard let tooLong else { return }
        dataTask.cancel()
        tooLong.done(.failure(.network))
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        guard let one = lock.withLock({ arriving.removeValue(forKey: task.taskIdentifier) }) else { return }
        if let error {
            switch (error as? URLError)?.code {
            case .timedOut: one.done(.failure(.timeout))
            case .cancelled: one.done(.failure(.cancelled))
            default: one.done(.failure(.network))
            }
            return
        }
        guard let response = one.status ?? task.response as? HTTPURLResponse else { return one.done(.failure(.network)) }
        let headers = response.allHeaderFields.compactMap { name, value -> Header? in
            guard let name = name as? String, let value = value as? String else { return nil }
            return Header(name: name, value: value)
        }
        one.done(.success(Answer(status: UInt16(clamping: response.statusCode), headers: headers, body: one.body)))
    }
}
