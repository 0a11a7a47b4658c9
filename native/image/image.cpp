// Image files through OpenCV, for segtrain's `system` backend. A C ABI: no exception, no C++ type and no output crosses it.
// The caller has read the file's header and says which layout it wants; pixels are written straight into its buffer.

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>
#include <string>
#include <thread>

#define SEGTRAIN_API extern "C" __attribute__((visibility("default")))

namespace {

constexpr int abi = 3;

// One decode uses one thread; the loader runs several decodes at once.
const bool configured = [] {
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    cv::setNumThreads(1);
    return true;
}();

struct Wanted {
    int width, height, channels, bits, reduction;
    uint8_t* pixels;
};

void convert(const cv::Mat& decoded, cv::Mat& wanted) {
    const int from = decoded.channels(), to = wanted.channels();
    if (to == 1) {
        if (from == 1) decoded.copyTo(wanted);
        else cv::extractChannel(decoded, wanted, 0);  // the header says grey: all colours are equal
    } else if (to == 3) {
        cv::cvtColor(decoded, wanted, from == 1 ? cv::COLOR_GRAY2RGB : from == 3 ? cv::COLOR_BGR2RGB : cv::COLOR_BGRA2RGB);
    } else {
        cv::cvtColor(decoded, wanted, from == 1 ? cv::COLOR_GRAY2RGBA : from == 3 ? cv::COLOR_BGR2RGBA : cv::COLOR_BGRA2RGBA);
    }
}

int flags(const Wanted& wanted) {
    const bool grey = wanted.channels == 1;
    switch (wanted.reduction) {
        case 1: return cv::IMREAD_UNCHANGED;
        case 2: return cv::IMREAD_IGNORE_ORIENTATION | (grey ? cv::IMREAD_REDUCED_GRAYSCALE_2 : cv::IMREAD_REDUCED_COLOR_2);
        case 4: return cv::IMREAD_IGNORE_ORIENTATION | (grey ? cv::IMREAD_REDUCED_GRAYSCALE_4 : cv::IMREAD_REDUCED_COLOR_4);
        default: return cv::IMREAD_IGNORE_ORIENTATION | (grey ? cv::IMREAD_REDUCED_GRAYSCALE_8 : cv::IMREAD_REDUCED_COLOR_8);
    }
}

void decode(const cv::Mat& file, const Wanted& wanted) {
    const cv::Mat decoded = cv::imdecode(file, flags(wanted));
    if (decoded.empty()) throw std::runtime_error("the pixels cannot be decoded; the file is damaged or of a kind OpenCV does not read");
    const int width = (wanted.width + wanted.reduction - 1) / wanted.reduction, height = (wanted.height + wanted.reduction - 1) / wanted.reduction;
    if (decoded.cols != width || decoded.rows != height) throw std::runtime_error("the decoded size is not the one in the header");
    const int depth = wanted.bits == 16 ? CV_16U : CV_8U;
    if (decoded.depth() != depth) throw std::runtime_error("the decoded samples do not have " + std::to_string(wanted.bits) + " bits");
    cv::Mat into(height, width, CV_MAKETYPE(depth, wanted.channels), wanted.pixels);
    convert(decoded, into);
    if (into.data != wanted.pixels) throw std::logic_error("OpenCV moved the result");
}

// OpenCV and the libraries below it write to descriptor 2 whatever they are told, and libjpeg, which goes on after damage with grey pixels,
// says so nowhere else. A thread may have descriptors of its own, so this one's descriptor 2 is a file in memory. Where a sandbox forbids
// that, the words go to the terminal and a damaged JPEG passes.
class Warnings {
public:
    Warnings() : file(unshare(CLONE_FILES) == 0 ? memfd_create("warnings", MFD_CLOEXEC) : -1) {
        if (file >= 0) dup2(file, STDERR_FILENO);
    }

    ~Warnings() {
        if (file >= 0) close(file);
    }

    // Bytes between segments, odd versions and the like are warned of too and change no pixel.
    void refuse_damage() const {
        char text[256];
        const ssize_t length = file < 0 ? 0 : pread(file, text, sizeof text, 0);
        const std::string words(text, std::max<ssize_t>(length, 0));
        const auto says = [&](const char* word) { return words.find(word) != std::string::npos; };
        if ((says("Corrupt") && !says("extraneous")) || says("Premature") || says("Inconsistent progression"))
            throw std::runtime_error("the pixels are damaged (" + words.substr(0, words.find('\n')) + ")");
    }

private:
    const int file;
};

template <typename F>
std::string reason_of(F action) noexcept {
    try {
        action();
        return "";
    } catch (const std::bad_alloc&) {
        return "there is not enough memory to decode it";
    } catch (const std::exception& e) {
        return e.what();
    }
}

}  // namespace

SEGTRAIN_API int segtrain_image_abi() { return configured ? abi : 0; }

// Sides are those in the header; of a JPEG the result has them divided by `reduction` (1, 2, 4, 8), rounded up.
// Returns 0, or 1 with a reason in `error`.
SEGTRAIN_API int segtrain_image_decode(const uint8_t* file, size_t length, int width, int height, int channels, int bits, int reduction,
                                       uint8_t* pixels, char* error, size_t error_capacity) {
    std::string reason = reason_of([&] {
        const cv::Mat bytes(1, static_cast<int>(length), CV_8U, const_cast<uint8_t*>(file));
        std::string inner;
        std::thread([&] {
            inner = reason_of([&] {
                const Warnings warnings;
                decode(bytes, {width, height, channels, bits, reduction, pixels});
                if (length > 1 && file[0] == 0xFF && file[1] == 0xD8) warnings.refuse_damage();
            });
        }).join();
        if (!inner.empty()) throw std::runtime_error(inner);
    });
    std::snprintf(error, error_capacity, "%s", reason.c_str());
    return reason.empty() ? 0 : 1;
}
