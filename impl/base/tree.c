/* AVL: the heights of two siblings differ by at most one. Insertion and removal change one path,
 * and `rebalance` walks it up until a height stays what it was. */
#include "impl/base/tree.h"

static int height_of(const struct wm_tree_node *node)
{
    return node == NULL ? 0 : node->height;
}

static void update_height(struct wm_tree_node *node)
{
    int left = height_of(node->left);
    int right = height_of(node->right);
    node->height = 1 + (left > right ? left : right);
}

/* Puts `replacement`, which may be NULL, where `node` hangs. */
static void replace_at_parent(struct wm_tree *tree, const struct wm_tree_node *node,
                              struct wm_tree_node *replacement)
{
    struct wm_tree_node *parent = node->parent;
    if (parent == NULL) {
        tree->root = replacement;
    } else if (parent->left == node) {
        parent->left = replacement;
    } else {
        parent->right = replacement;
    }
    if (replacement != NULL) {
        replacement->parent = parent;
    }
}

static struct wm_tree_node *rotate_left(struct wm_tree *tree, struct wm_tree_node *node)
{
    struct wm_tree_node *riser = node->right;
    replace_at_parent(tree, node, riser);
    node->right = riser->left;
    if (node->right != NULL) {
        node->right->parent = node;
    }
    riser->left = node;
    node->parent = riser;
    update_height(node);
    update_height(riser);
    return riser;
}

static struct wm_tree_node *rotate_right(struct wm_tree *tree, struct wm_tree_node *node)
{
    struct wm_tree_node *riser = node->left;
    replace_at_parent(tree, node, riser);
    node->left = riser->right;
    if (node->left != NULL) {
        node->left->parent = node;
    }
    riser->right = node;
    node->parent = riser;
    update_height(node);
    update_height(riser);
    return riser;
}

static void rebalance(struct wm_tree *tree, struct wm_tree_node *node)
{
    while (node != NULL) {
        int before = node->height;
        update_height(node);
        int lean = height_of(node->left) - height_of(node->right);
        if (lean > 1) {
            if (height_of(node->left->left) < height_of(node->left->right)) {
                rotate_left(tree, node->left);
            }
            node = rotate_right(tree, node);
        } else if (lean < -1) {
            if (height_of(node->right->right) < height_of(node->right->left)) {
                rotate_right(tree, node->right);
            }
            node = rotate_left(tree, node);
        } else if (node->height == before) {
            return;
        }
        node = node->parent;
    }
}

void wm_tree_insert(struct wm_tree *tree, struct wm_tree_node *node, uintptr_t key)
{
    struct wm_tree_node *parent = NULL;
    struct wm_tree_node **place = &tree->root;
    while (*place != NULL) {
        parent = *place;
        place = key < parent->key ? &parent->left : &parent->right;
    }
    node->left = NULL;
    node->right = NULL;
    node->parent = parent;
    node->key = key;
    node->height = 1;
    *place = node;
    rebalance(tree, parent);
}

void wm_tree_remove(struct wm_tree *tree, struct wm_tree_node *node)
{
    if (node->left == NULL || node->right == NULL) {
        replace_at_parent(tree, node, node->left != NULL ? node->left : node->right);
        rebalance(tree, node->parent);
        return;
    }
    struct wm_tree_node *successor = node->right;
    while (successor->left != NULL) {
        successor = successor->left;
    }
    struct wm_tree_node *lowest_changed = successor;
    if (successor->parent != node) {
        lowest_changed = successor->parent;
        replace_at_parent(tree, successor, successor->right);
        successor->right = node->right;
        successor->right->parent = successor;
    }
    replace_at_parent(tree, node, successor);
    successor->left = node->left;
    successor->left->parent = successor;
    successor->height = node->height;
    rebalance(tree, lowest_changed);
}

struct wm_tree_node *wm_tree_floor(const struct wm_tree *tree, uintptr_t key)
{
    struct wm_tree_node *best = NULL;
    for (struct wm_tree_node *node = tree->root; node != NULL;) {
        if (node->key <= key) {
            best = node;
            node = node->right;
        } else {
            node = node->left;
        }
    }
    return best;
}

struct wm_tree_node *wm_tree_ceiling(const struct wm_tree *tree, uintptr_t key)
{
    struct wm_tree_node *best = NULL;
    for (struct wm_tree_node *node = tree->root; node != NULL;) {
        if (node->key >= key) {
            best = node;
            node = node->left;
        } else {
            node = node->right;
        }
    }
    return best;
}

struct wm_tree_node *wm_tree_first(const struct wm_tree *tree)
{
    struct wm_tree_node *node = tree->root;
    while (node != NULL && node->left != NULL) {
        node = node->left;
    }
    return node;
}

struct wm_tree_node *wm_tree_last(const struct wm_tree *tree)
{
    struct wm_tree_node *node = tree->root;
    while (node != NULL && node->right != NULL) {
        node = node->right;
    }
    return node;
}

struct wm_tree_node *wm_tree_next(const struct wm_tree_node *node)
{
    if (node->right != NULL) {
        struct wm_tree_node *next = node->right;
        while (next->left != NULL) {
            next = next->left;
        }
        return next;
    }
    while (node->parent != NULL && node->parent->right == node) {
        node = node->parent;
    }
    return node->parent;
}

struct wm_tree_node *wm_tree_previous(const struct wm_tree_node *node)
{
    if (node->left != NULL) {
        struct wm_tree_node *previous = node->left;
        while (previous->right != NULL) {
            previous = previous->right;
        }
        return previous;
    }
    while (node->parent != NULL && node->parent->left == node) {
        node = node->parent;
    }
    return node->parent;
}

/* An AVL tree of height h has more than 1.6^h nodes, so the recursion is shallow. */
static bool subtree_is_sound(const struct wm_tree_node *node, const struct wm_tree_node *parent)
{
    if (node == NULL) {
        return true;
    }
    int left = height_of(node->left);
    int right = height_of(node->right);
    int lean = left - right;
    return node->parent == parent && lean >= -1 && lean <= 1 &&
           node->height == 1 + (left > right ? left : right) &&
           subtree_is_sound(node->left, node) && subtree_is_sound(node->right, node);
}

bool wm_tree_is_sound(const struct wm_tree *tree)
{
    if (!subtree_is_sound(tree->root, NULL)) {
        return false;
    }
    const struct wm_tree_node *node = wm_tree_first(tree);
    while (node != NULL) {
        const struct wm_tree_node *next = wm_tree_next(node);
        if (next != NULL && next->key < node->key) {
            return false;
        }
        node = next;
    }
    return true;
}
