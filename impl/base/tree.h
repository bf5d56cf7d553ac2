/* An ordered, balanced (AVL) map of embedded nodes by one number. Allocates nothing.
 *
 * A node sits in at most one tree. Equal keys are allowed and stay in the order of insertion. Every
 * operation is O(log n); next and previous are O(1) on average.
 */
#ifndef WM_BASE_TREE_H
#define WM_BASE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wm_tree_node {
    struct wm_tree_node *left;
    struct wm_tree_node *right;
    struct wm_tree_node *parent;
    uintptr_t key;
    int height; /* of the subtree: a leaf has 1 */
};

struct wm_tree {
    struct wm_tree_node *root;
};

void wm_tree_insert(struct wm_tree *tree, struct wm_tree_node *node, uintptr_t key);
void wm_tree_remove(struct wm_tree *tree, struct wm_tree_node *node);

/* NULL where there is no such node. Floor: the last with key <= `key`. Ceiling: the first with
 * key >= `key`. */
struct wm_tree_node *wm_tree_floor(const struct wm_tree *tree, uintptr_t key);
struct wm_tree_node *wm_tree_ceiling(const struct wm_tree *tree, uintptr_t key);
struct wm_tree_node *wm_tree_first(const struct wm_tree *tree);
struct wm_tree_node *wm_tree_last(const struct wm_tree *tree);
struct wm_tree_node *wm_tree_next(const struct wm_tree_node *node);
struct wm_tree_node *wm_tree_previous(const struct wm_tree_node *node);

/* Validator: order, balance, heights and parents. O(n). */
bool wm_tree_is_sound(const struct wm_tree *tree);

/* The structure that `node`, which may be NULL, is embedded in as `member`. */
#define WM_TREE_ENTRY(node, type, member) \
    ((node) == NULL ? NULL : (type *)(void *)((char *)(node)-offsetof(type, member)))

#endif
