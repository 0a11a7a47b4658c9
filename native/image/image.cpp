// Image files through OpenCV, for segtrain's `system` backend. A C ABI: no exception, no C++ type and no output crosses it.
// The caller has read the file's header and says which layout it wants; pixels are written straight into its buffer.

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

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

constexpr int abi = 2;

// One decode uses one thread; the loader runs several decodes at once.
const bool configured = [] {
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    cv::setNumThreads(1);
    return true;
}();

// libpng and libjpeg write warnings to descriptor 2 whatever OpenCV is told. A thread may have descriptors of its own, so this one's
// lead nowhere while the rest of the process keeps its terminal. Where a sandbox forbids that, the warnings stay visible.
void silence_this_thread() {
    if (unshare(CLONE_FILES) != 0) return;
    const int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere >= 0) dup2(nowhere, STDERR_FILENO);
}

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

void decode(const uint8_t* file, size_t length, int width, int height, int channels, int bits, void* pixels) {
    const cv::Mat bytes(1, static_cast<int>(length), CV_8U, const_cast<uint8_t*>(file));
    const cv::Mat decoded = cv::imdecode(bytes, cv::IMREAD_UNCHANGED);
    if (decoded.empty()) throw std::runtime_error("the pixels cannot be decoded; the file is damaged or of a kind OpenCV does not read");
    if (decoded.cols != width || decoded.rows != height) throw std::runtime_error("the decoded size is not the one in the header");
    const int depth = bits == 16 ? CV_16U : CV_8U;
    if (decoded.depth() != depth) throw std::runtime_error("the decoded samples do not have " + std::to_string(bits) + " bits");
    cv::Mat wanted(height, width, CV_MAKETYPE(depth, channels), pixels);
    convert(decoded, wanted);
    if (wanted.data != pixels) throw std::logic_error("OpenCV moved the result");
}

}  // namespace

SEGTRAIN_API int segtrain_image_abi() { return configured ? abi : 0; }

// Returns 0, or 1 with a reason in `error`.
SEGTRAIN_API int segtrain_image_decode(const uint8_t* file, size_t length, int width, int height, int channels, int bits, void* pixels,
                                       char* error, size_t error_capacity) try {
    std::string reason;
    std::thread([&]() noexcept {
        silence_this_thread();
        try {
            decode(file, length, width, height, channels, bits, pixels);
        } catch (const std::bad_alloc&) {
            reason = "there is not enough memory to decode it";
        } catch (const std::exception& e) {
            reason = e.what();
        }
    }).join();
    std::snprintf(error, error_capacity, "%s", reason.c_str());
    return reason.empty() ? 0 : 1;
} catch (const std::exception& e) {
    std::snprintf(error, error_capacity, "%s", e.what());
    return 1;
}
